using Runbook.Config;

namespace Runbook.Render;

/// <summary>Text for the server's own files.</summary>
internal static class PostgresText
{
    /// <summary>A value of <c>postgresql.conf</c>, quoted so that it is read as it was given.</summary>
    public static string Quote(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Nomad wants a deployment's deadline to lie after that of its allocations.</summary>
    public static string OneMinuteLonger(string duration) =>
        Duration.Format(Duration.Parse(duration)!.Value + TimeSpan.FromMinutes(1));
}
