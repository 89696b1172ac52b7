using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Render;

public sealed partial class ApprovedTests(TemplatesFixture templates) : IClassFixture<TemplatesFixture>
{
    public static TheoryData<string> Names => [.. Scenarios.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Jobs_are_as_approved(string scenario)
    {
        var jobs = Scenarios.Render(scenario, templates.Root);
        var text = string.Join("\n", jobs.Select(job => $"# ---- {job.FileName} ({job.Role})\n{job.Text}"));
        Approved.ShouldMatch(Repository.PathOf("tests", "Render", "Approved", $"{scenario}.approved.txt"), text);
    }

    [Theory, MemberData(nameof(Names))]
    public void Jobs_come_from_valid_settings(string scenario) =>
        Runbook.Settings.SettingsValidator.Validate(Scenarios.All[scenario]).ShouldBeEmpty();

    [Theory, MemberData(nameof(Names))]
    public void Rendering_again_gives_the_same_text(string scenario) =>
        Scenarios.Render(scenario, templates.Root).ShouldBe(Scenarios.Render(scenario, templates.Root));

    [Theory, MemberData(nameof(Names))]
    public async Task Jobs_are_formatted_as_the_tools_of_HashiCorp_do(string scenario)
    {
        foreach (var job in Scenarios.Render(scenario, templates.Root))
        {
            // Terraform takes away quotes around a single interpolation, which Nomad does not.
            var text = LoneInterpolation().Replace(job.Text, "\"@{$1}\"");
            (await TerraformFormat(text)).ShouldBe(text, job.FileName);
        }
    }

    internal static async Task<string> TerraformFormat(string text)
    {
        var start = new ProcessStartInfo("terraform", ["fmt", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("terraform is not on the PATH.");
            throw;
        }

        using (process)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(30));
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(text);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            process.ExitCode.ShouldBe(0, await error);
            return await output;
        }
    }

    [GeneratedRegex("""
        "\$\{([^"}]*)\}"
        """)]
    private static partial Regex LoneInterpolation();
}
