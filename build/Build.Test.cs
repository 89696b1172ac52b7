using Nuke.Common;
using Sandbox;

public partial class Build
{
    Target Test => _ => _
        .Description("Runs all tests, on real PostgreSQL, pgBackRest and an S3 server")
        .Executes(() => Carry(Needs.Nothing, async (w, ct) =>
        {
            await HostPackages.EnsureAsync(HostPackages.S3Server, w.Say, ct);
            await new TestRun(RootDirectory, TestFilter).RunAsync(w.Print, ct);
        }));
}
