using Nuke.Common;
using Runbook.Nomad;
using Sandbox;

public partial class Build
{
    [Parameter("Also run the long variations of the end-to-end tests")]
    readonly bool Thorough;

    Target Test => _ => _
        .Description("Run all tests, on real PostgreSQL, pgBackRest and an S3 server")
        .Executes(() => Carry(Needs.Nothing, async (w, ct) =>
        {
            await HostPackages.EnsureAsync(HostPackages.S3Server, w.Say, ct);
            await new TestRun(RootDirectory, TestFilter) { Dotnet = ProgramPath.Find("dotnet"), Thorough = Thorough }.RunAsync(w.Print, ct);
        }));
}
