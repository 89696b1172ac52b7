using Nuke.Common;
using Sandbox;

public partial class Build
{
    Target Test => _ => _
        .Description("Runs all tests, on real PostgreSQL and pgBackRest")
        .Executes(() => Carry(Needs.Nothing, async (w, ct) =>
        {
            await HostPackages.EnsureAsync(w.Say, ct);
            await new TestRun(RootDirectory, TestFilter).RunAsync(w.Print, ct);
        }));
}
