using System.Runtime.InteropServices;

namespace Sandbox;

/// <summary>
/// The build and its stand-in for Nomad, compiled ahead of time for this machine. The end-to-end tests start them some
/// thousand times: half of what a start costs is the runtime compiling the same methods again.
/// </summary>
internal sealed class Precompiled(string artifacts)
{
    /// <summary>Names the folder to the tests; without it they start what lies beside them.</summary>
    public const string Variable = "PRECOMPILED";

    private static readonly string[] Projects = ["Build.csproj", "LocalNomad/LocalNomad.csproj"];

    /// <summary>Holds the programs, each in the folder that it has in the artifacts, so that they find each other.</summary>
    public string Folder => Path.Combine(artifacts, "precompiled", "bin");

    /// <summary>The arguments of <c>dotnet</c> that compile them, one run after the other.</summary>
    public IEnumerable<string[]> Commands(string root) => Projects.Select(project => (string[])
    [
        "publish", Path.Combine(root, "build", project), "-v", "quiet", "-nologo", "-clp:NoSummary",
        "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-p:PublishReadyToRun=true",
        // None of them lives long enough for compiling its busiest methods once more to pay.
        "-p:TieredCompilation=false",
        // Restored for this machine, which would end the other compilation's being up to date.
        $"-p:ArtifactsPath={Path.Combine(artifacts, "precompiled")}", "-p:RunAnalyzers=false", "-p:RestoreLockedMode=false",
        "-o", Path.Combine(Folder, Path.GetFileNameWithoutExtension(project), "debug"),
    ]);
}
