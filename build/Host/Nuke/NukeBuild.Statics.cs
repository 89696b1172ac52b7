using Host.Run;
using Nuke.Common.IO;

namespace Nuke.Common;

// Static because a build written for NUKE reads these without an instance, even from its own static initialisers.
// Apart from the root, they have their values once Execute has read the command line.
public abstract partial class NukeBuild
{
    /// <summary>The folder that holds <c>.nuke</c>; the working directory if there is none.</summary>
    public static AbsolutePath RootDirectory { get; } =
        RootDirectories.OfThisProcess ?? AbsolutePath.Create(Environment.CurrentDirectory);

    /// <summary>The folder <c>.nuke/temp</c>, which is ignored by version control. It may not exist yet.</summary>
    public static AbsolutePath TemporaryDirectory => RootDirectory / ".nuke" / "temp";

    /// <summary>The compiled build.</summary>
    public static AbsolutePath BuildAssemblyDirectory => AbsolutePath.Create(AppContext.BaseDirectory);

    /// <summary>How much the host says.</summary>
    public static Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>The profiles that were asked for, weakest first; empty if none was.</summary>
    public static string[] LoadedLocalProfiles { get; internal set; } = [];

    /// <summary>Whether this is no <see cref="IsServerBuild"/>.</summary>
    public static bool IsLocalBuild => !IsServerBuild;

    /// <summary>Whether a continuous integration server runs the build.</summary>
    public static bool IsServerBuild { get; } =
        new[] { "CI", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL" }
            .Any(x => Environment.GetEnvironmentVariable(x) is { Length: > 0 } and not "false");
}
