namespace Runbook.Settings;

/// <summary>Host and port of an endpoint that people paste as an URL as often as they type a host.</summary>
internal sealed record Endpoint(string Host, int Port)
{
    /// <summary>The parts, or null for what is no host: a foreign scheme, a path, a user.</summary>
    public static Endpoint? Parse(string text)
    {
        var url = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
            return null;
        var bare = uri.AbsolutePath == "/" && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
        return bare && uri.Host.Length > 0 ? new Endpoint(uri.Host, uri.IsDefaultPort ? 0 : uri.Port) : null;
    }
}
