using Runbook.Settings;

namespace Runbook.Render;

/// <summary>Text for the server's own files.</summary>
internal static class PostgresText
{
    /// <summary>A value of <c>postgresql.conf</c>, quoted so that it is read as it was given.</summary>
    public static string Quote(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Nomad wants a deployment's deadline to lie after that of its allocations, and not before a task's time to end.</summary>
    public static string OneMinuteLonger(string duration, string least)
    {
        var longer = Duration.Parse(duration)!.Value + TimeSpan.FromMinutes(1);
        var floor = Duration.Parse(least)!.Value;
        return Duration.Format(longer < floor ? floor : longer);
    }
}
