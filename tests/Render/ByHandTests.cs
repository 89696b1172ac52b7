using System.Diagnostics;
using Runbook.Render;
using Runbook.Settings;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Render;

/// <summary>The commands that restore without us.</summary>
public sealed class ByHandTests(TemplatesFixture templates) : IClassFixture<TemplatesFixture>
{
    public static TheoryData<string> Names => [.. Scenarios.All.Where(s => s.Value.HasBackups).Select(s => s.Key)];

    [Theory, MemberData(nameof(Names))]
    public async Task They_are_a_script_without_a_secret_or_a_template(string scenario)
    {
        var script = Render(scenario);
        script.ShouldNotContain("{{");
        script.ShouldNotContain("S3_KEY\"");
        var start = new ProcessStartInfo("bash", ["-n"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, error);
    }

    // What leads to a repository is the same there and in the jobs.
    [Theory, MemberData(nameof(Names))]
    public void They_lead_where_the_jobs_lead(string scenario)
    {
        static IEnumerable<string> Leads(string text) => text.Split('\n').Select(l => l.Trim())
            .Where(l => l.StartsWith("repo", StringComparison.Ordinal) && !l.Contains("-retention-", StringComparison.Ordinal) && !l.Contains("-bundle=", StringComparison.Ordinal)
                && !l.Contains("-block=", StringComparison.Ordinal) && !l.Contains("{{", StringComparison.Ordinal) && l.Contains('=', StringComparison.Ordinal));
        var job = Scenarios.Render(scenario, templates.Root).First(j => j.Role == JobRole.Operations).Text;
        Leads(Render(scenario)).ShouldBe(Leads(job));
    }

    [Fact]
    public void They_are_as_approved() =>
        Approved.ShouldMatch(Repository.PathOf("tests", "Render", "Approved", "by-hand.approved.sh"), Render("several-repositories"));

    private string Render(string scenario) => new JobRenderer(templates.Root).RenderByHand(Scenarios.All[scenario]);
}
