using System.Text.RegularExpressions;

namespace Runbook.Nomad;

/// <summary>What git knows of a checkout.</summary>
public static partial class GitCommands
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The commit that is checked out, with <c>-dirty</c> where a tracked file was changed.</summary>
    public static Invocation Commit(string folder) => new(
        "git", ["--no-optional-locks", "-C", folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]) { Timeout = Limit };

    /// <summary>Its version.</summary>
    public static Invocation Version() => new("git", ["--version"]) { Timeout = Limit };

    /// <summary>The commit of a checkout; empty where there is no git, or no checkout of it.</summary>
    public static async Task<string> CommitAsync(IProcessGate gate, string folder, CancellationToken ct)
    {
        try
        {
            var outcome = await gate.RunAsync(Commit(folder), null, ct);
            var text = outcome.Output.Trim();
            return outcome.ExitCode == 0 && CommitPattern().IsMatch(text) ? text : "";
        }
        catch (RunbookException)
        {
            return "";
        }
    }

    [GeneratedRegex("^[0-9a-f]{7,64}(-dirty)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex CommitPattern();
}
