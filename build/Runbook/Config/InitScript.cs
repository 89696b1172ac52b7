namespace Runbook.Config;

/// <summary>The initialisation script may stand in a file of its own; what is rendered is always the text.</summary>
internal static class InitScript
{
    private const string SettingPath = "postgres.initScript";

    /// <summary>The settings with the script's text in place of a file's name.</summary>
    public static ClusterSettings Load(ClusterSettings settings, string directory, Problems problems)
    {
        var script = settings.Postgres.InitScript;
        if (!script.StartsWith('@'))
            return settings;

        var file = Path.Combine(directory, script[1..]);
        try
        {
            return settings with { Postgres = settings.Postgres with { InitScript = File.ReadAllText(file) } };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(SettingPath, $"cannot read {script[1..]}: {e.Message}");
            return settings with { Postgres = settings.Postgres with { InitScript = "" } };
        }
    }
}
