namespace Runbook.Report;

/// <summary>What was typed beside the target and must be typed again with the next command.</summary>
/// <param name="Profile">The last one where several are layered.</param>
/// <param name="Nomad">The executable; empty for the one that is found.</param>
/// <param name="Terraform">The same for Terraform.</param>
public sealed record CommandOptions(string Profile, string Nomad = "", string Terraform = "")
{
    /// <summary>Those below it, each with a <c>+</c> behind; mostly none.</summary>
    public string Below { get; init; } = "";

    /// <summary>The profile that needs no naming.</summary>
    public const string DefaultProfile = "local";

    private const string Command = "./build.sh ";

    /// <summary>Commands that can be typed as they stand; those that have the options already are left so.</summary>
    public string In(string text)
    {
        var profile = Below + Profile == DefaultProfile ? "" : $"--profile {Below}{Profile} ";
        var typed = Command + profile + (Nomad.Length == 0 ? "" : $"--nomad {Word(Nomad)} ") + (Terraform.Length == 0 ? "" : $"--terraform {Word(Terraform)} ");
        return typed == Command
            ? text
            : text.Replace(typed, Command, StringComparison.Ordinal).Replace(Command + profile, Command, StringComparison.Ordinal).Replace(Command, typed, StringComparison.Ordinal);
    }

    // As a shell takes it.
    private static string Word(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+~".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
