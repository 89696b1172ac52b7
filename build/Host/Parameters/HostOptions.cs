using Nuke.Common;

namespace Host.Parameters;

/// <summary>An option that belongs to the host and not to the build.</summary>
internal sealed record HostOption(string Name, string Word, OptionArity Arity, string Description)
{
    public OptionSpec ToOption() => new(Word, Arity);
}

/// <summary>The host's own options, as read from the command line, the environment and the parameters file.</summary>
internal sealed record HostOptions
{
    public static HostOption Completion { get; } =
        new("Completion", "completion", OptionArity.One, "Prints the completion script for a shell: bash, zsh or pwsh");

    public static HostOption Help { get; } =
        new("Help", "help", OptionArity.Flag, "Shows the help text for this build, or for the targets named");

    public static HostOption NoLogo { get; } =
        new("NoLogo", "no-logo", OptionArity.Flag, "Accepted as NUKE does; there is no logo");

    public static HostOption Plan { get; } =
        new("Plan", "plan", OptionArity.Flag, "Shows what would run, in which order and why, and runs nothing");

    public static HostOption Profile { get; } =
        new("Profile", "profile", OptionArity.Many, "Defines the profiles to load; the last one is the strongest");

    public static HostOption Root { get; } =
        new("Root", "root", OptionArity.One, "Root directory during build execution");

    public static HostOption Skip { get; } =
        new("Skip", "skip", OptionArity.MaybeTargets, "List of targets to be skipped. Without names all dependencies are");

    public static HostOption Target { get; } =
        new("Target", "target", OptionArity.Many, "List of targets to be invoked. Default is '{default_target}'");

    public static HostOption VerbosityOption { get; } =
        new("Verbosity", "verbosity", OptionArity.One, "How much the host says: quiet, minimal, normal or verbose. Default is 'Normal'");

    public static IReadOnlyList<HostOption> All { get; } =
        [Completion, Help, NoLogo, Plan, Profile, Root, Skip, Target, VerbosityOption];

    public bool ShowHelp { get; init; }
    public bool ShowPlan { get; init; }
    public bool HideLogo { get; init; }
    public string? CompletionShell { get; init; }
    public Verbosity Verbosity { get; init; } = Verbosity.Normal;
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>The targets to skip; empty means all that were not asked for, null means none.</summary>
    public IReadOnlyList<string>? Skipped { get; init; }
}
