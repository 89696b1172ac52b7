using System.Text;
using Common;

namespace Runbook.Settings;

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
            var content = File.ReadAllBytes(file);
            if (Utf8Text.Problem(content) is not { } wrong)
                return With(settings, Encoding.UTF8.GetString(Utf8Text.WithoutMark(content)));
            problems.Add(SettingPath, $"cannot read {script[1..]}:{wrong.Line}:{wrong.Column}: {wrong.Problem}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(SettingPath, $"cannot read {script[1..]}: {e.Message}");
        }

        return With(settings, "");
    }

    private static ClusterSettings With(ClusterSettings settings, string script) =>
        settings with { Postgres = settings.Postgres with { InitScript = script } };
}
