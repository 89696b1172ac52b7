namespace Runbook.Report;

/// <summary>Says what failed, what state things are in, and what to type next.</summary>
public static class ErrorReport
{
    /// <summary>The lines for an error.</summary>
    /// <param name="error">What ended the run.</param>
    /// <param name="profile">Named in the next command unless it is the default one.</param>
    public static string Text(RunbookException error, string profile)
    {
        var lines = new List<string> { error.Message };
        if (error.State.Length > 0)
            lines.Add($"state: {error.State}");
        if (error.Next.Length > 0)
            lines.Add($"next:  {WithProfile(error.Next, profile)}");
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>A command that can be typed as it stands, for whatever profile the run had.</summary>
    public static string WithProfile(string command, string profile) =>
        profile == DefaultProfile ? command : command.Replace("./build.sh ", $"./build.sh --profile {profile} ", StringComparison.Ordinal);

    /// <summary>The profile that needs no naming.</summary>
    public const string DefaultProfile = "local";
}
