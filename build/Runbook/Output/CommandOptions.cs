using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Runbook.Output;

/// <summary>What was typed beside the target and must be typed again with the next command.</summary>
/// <param name="Profile">The last one where several are layered.</param>
/// <param name="Nomad">The executable; empty for the one that is found.</param>
/// <param name="Terraform">The same for Terraform.</param>
public sealed partial record CommandOptions(string Profile, string Nomad = "", string Terraform = "")
{
    /// <summary>Those below it, each with a <c>+</c> behind; mostly none.</summary>
    public string Below { get; init; } = "";

    /// <summary>What a <c>nomad</c> that is typed by hand needs to reach the Nomad of the profile.</summary>
    public HandTypedNomad ByHand { get; init; } = HandTypedNomad.OnPath;

    /// <summary>The profile that needs no naming.</summary>
    public const string DefaultProfile = "local";

    private const string Command = "./build.sh ";

    /// <summary>Our own commands, so that they can be typed as they stand; those that have the options already are left so.</summary>
    public string In(string text)
    {
        var profile = Below + Profile == DefaultProfile ? "" : $"--profile {Below}{Profile} ";
        var typed = Command + profile + (Nomad.Length == 0 ? "" : $"--nomad {ShellWord.Of(Nomad)} ") + (Terraform.Length == 0 ? "" : $"--terraform {ShellWord.Of(Terraform)} ");
        return typed == Command
            ? text
            : text.Replace(typed, Command, StringComparison.Ordinal).Replace(Command + profile, Command, StringComparison.Ordinal).Replace(Command, typed, StringComparison.Ordinal);
    }

    /// <summary>The same for advice, where <c>nomad</c> commands are to be typed, too.</summary>
    public string InAdvice(string text)
    {
        var typed = ByHand.Prefix;
        return typed == HandTypedNomad.Command
            ? In(text)
            : NomadCommand().Replace(In(text).Replace(typed, HandTypedNomad.Command, StringComparison.Ordinal), _ => typed);
    }

    [GeneratedRegex(@"(?<![\w./'=-])nomad (?=(alloc|job|namespace|node|server|var) [a-z])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NomadCommand();
}

/// <summary>How an operator types <c>nomad</c> for the profile, in the environment that the run has.</summary>
/// <param name="Executable">The same that the run calls.</param>
/// <param name="Variables">Those that the profile decides and the environment does not have so.</param>
public sealed record HandTypedNomad(string Executable, ImmutableSortedDictionary<string, string> Variables)
{
    internal const string Command = "nomad ";

    /// <summary>The profile says nothing of its own.</summary>
    public static HandTypedNomad OnPath { get; } = new("nomad", ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>Variables and executable, up to the subcommand.</summary>
    public string Prefix => string.Concat(Variables.Select(v => $"{v.Key}={ShellWord.Of(v.Value)} ")) + ShellWord.Of(Executable) + " ";

    /// <summary>Leaves out what the environment says already.</summary>
    /// <param name="executable">That the run calls.</param>
    /// <param name="set">What the run gives it.</param>
    /// <param name="variable">Reads the environment.</param>
    public static HandTypedNomad Of(string executable, ImmutableDictionary<string, string> set, Func<string, string?> variable) =>
        new(executable, set.Where(v => (variable(v.Key) ?? "").TrimEnd('/') != v.Value.TrimEnd('/')).ToImmutableSortedDictionary(StringComparer.Ordinal));
}
