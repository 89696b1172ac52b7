using Nuke.Common;
using Runbook.Nomad;
using Sandbox;

public partial class Build
{
    [Parameter("Also run the long variations of the end-to-end tests")]
    readonly bool Thorough;

    [Parameter("Number of runs of KillTest (default 100), rounds of Benchmark (5 and 3), minutes of OutageTest (5)")]
    readonly int Runs;

    [Parameter("Seeds of the first runs of KillTest, separated by commas; the following runs count up from the last. Random when not given, and printed")]
    readonly string Seed = "";

    Target Test => _ => _
        .Description("Run all tests, on real PostgreSQL, pgBackRest and an S3 server")
        .Executes(() => Carry(Needs.Nothing, async (w, ct) =>
        {
            await HostPackages.EnsureAsync(HostPackages.Tests, w.Say, ct);
            await new TestRun(RootDirectory, TestFilter) { Dotnet = ProgramPath.Find("dotnet"), Thorough = Thorough }.RunAsync(w.Print, ct);
        }));

    Target KillTest => _ => _
        .Description("Kill Restore, Revert and Undo at random moments and count the rows after each")
        .Executes(() => Prove("KillTests"));

    Target Benchmark => _ => _
        .Description("Measure the downtime of each kind of restore of 2 GB, and backups to S3, compared with the old module")
        .Executes(() => Prove("BenchmarkTests"));

    Target OutageTest => _ => _
        .Description("Make the backup storage unavailable for minutes while a client writes, and count the rows")
        .Executes(() => Prove("OutageTests"));

    Task Prove(string test) => Carry(Needs.Nothing, async (w, ct) =>
    {
        if (Seed.Split(',', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(s => !s.All(char.IsAsciiDigit) || s.Length > 9) is { } strange)
            throw new SandboxException($"--seed: \"{strange}\" is no number of at most 9 digits", "./build.sh KillTest --seed 7104,7307");
        await HostPackages.EnsureAsync(HostPackages.S3Server, w.Say, ct);
        var run = new TestRun(RootDirectory, test)
        {
            Dotnet = ProgramPath.Find("dotnet"),
            Explicit = true,
            Variables = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PROVE_RUNS"] = $"{Runs}", ["PROVE_SEED"] = Seed },
        };
        await run.RunAsync(w.Print, ct);
    });
}
