using System.Runtime.InteropServices;

namespace Sandbox;

/// <summary>
/// The build and its stand-in for Nomad, compiled ahead of time for this machine. The end-to-end tests start them some
/// thousand times: most of what a start costs is the runtime getting ready.
/// </summary>
internal sealed class Precompiled(string artifacts)
{
    /// <summary>Names the folder to the tests; without it they start what lies beside them.</summary>
    public const string Variable = "PRECOMPILED";

    // None of them lives long enough for compiling its busiest methods once more to pay.
    private static readonly string[] ReadyToRun = ["--self-contained", "false", "-p:PublishReadyToRun=true", "-p:TieredCompilation=false"];

    // No runtime to start at all. Its compiler needs a linker of the machine.
    private static readonly string[] Native = ["-p:PublishAot=true"];

    /// <summary>Holds the programs, each in the folder that it has in the artifacts, so that they find each other.</summary>
    public string Folder => Path.Combine(artifacts, "precompiled", "bin");

    /// <summary>For each program the arguments of <c>dotnet</c> that compile it; where the first way fails the next is left.</summary>
    public IReadOnlyList<IReadOnlyList<string[]>> Commands(string root) =>
    [
        [Publish(root, "Build.csproj", ReadyToRun)],
        [Publish(root, "LocalNomad/LocalNomad.csproj", Native), Publish(root, "LocalNomad/LocalNomad.csproj", ReadyToRun)],
    ];

    private string[] Publish(string root, string project, string[] how) =>
    [
        "publish", Path.Combine(root, "build", project), "-v", "quiet", "-nologo", "-clp:NoSummary", "-r", RuntimeInformation.RuntimeIdentifier, .. how,
        // Restored for this machine and with the compiler, which would end the other compilation's being up to date.
        $"-p:ArtifactsPath={Path.Combine(artifacts, "precompiled")}", $"-p:NuGetLockFilePath={Path.Combine(artifacts, "precompiled", project.Replace('/', '-') + ".lock.json")}",
        "-p:RunAnalyzers=false", "-p:RestoreLockedMode=false", "-o", Path.Combine(Folder, Path.GetFileNameWithoutExtension(project), "debug"),
    ];
}
