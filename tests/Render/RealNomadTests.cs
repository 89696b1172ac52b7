using System.Diagnostics;
using Shouldly;
using Tests.Config;
using Xunit;

namespace Tests.Render;

/// <summary>A real Nomad accepts every job. Needs an executable in REAL_NOMAD and its running agent in REAL_NOMAD_ADDR.</summary>
public sealed class RealNomadTests(TemplatesFixture templates) : IClassFixture<TemplatesFixture>
{
    public static TheoryData<string> Names => ApprovedTests.Names;

    [Theory, MemberData(nameof(Names))]
    public async Task Nomad_accepts_every_job(string scenario)
    {
        var nomad = Environment.GetEnvironmentVariable("REAL_NOMAD");
        var address = Environment.GetEnvironmentVariable("REAL_NOMAD_ADDR");
        if (string.IsNullOrEmpty(nomad) || string.IsNullOrEmpty(address))
            Assert.Skip("No real Nomad: REAL_NOMAD and REAL_NOMAD_ADDR are not set.");

        var folder = Directory.CreateTempSubdirectory("runbook-jobs-");
        try
        {
            // Once with scripts of one line, once as they are delivered.
            foreach (var source in new[] { templates.Root, Repository.PathOf("templates") })
            {
                foreach (var job in Scenarios.Render(scenario, source))
                {
                    var file = Path.Combine(folder.FullName, job.FileName);
                    await File.WriteAllTextAsync(file, job.Text, TestContext.Current.CancellationToken);
                    var (exitCode, output) = await Validate(nomad, address, file);
                    exitCode.ShouldBe(0, $"{job.FileName}: {output}");
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output)> Validate(string nomad, string address, string file)
    {
        var start = new ProcessStartInfo(nomad, ["job", "validate", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["NOMAD_ADDR"] = address },
        };
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await error);
    }
}
