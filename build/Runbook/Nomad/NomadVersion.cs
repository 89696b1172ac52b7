namespace Runbook.Nomad;

/// <summary>Versions as Nomad tells them: <c>1.8.0</c>, <c>1.11.0-beta.1</c>, <c>1.8.4+ent</c>.</summary>
public static class NomadVersion
{
    /// <summary>The numbers of a version; null where the text is none.</summary>
    public static Version? Parse(string text) =>
        Version.TryParse(text.Trim().TrimStart('v').Split('-', '+')[0], out var version) ? version : null;
}
