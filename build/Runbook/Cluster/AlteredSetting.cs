namespace Runbook.Cluster;

/// <summary>A setting that postgresql.auto.conf has, by ALTER SYSTEM or as a backup brought it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record AlteredSetting(string Name, string Value)
{
    /// <summary>Reads NAME VALUE.</summary>
    public static AlteredSetting Parse(string text) => text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank ? new(text[..blank], text[(blank + 1)..]) : new(text, "");
}
