using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Checks lines of <c>pg_hba.conf</c>: one that the server cannot read keeps it from starting.</summary>
internal static partial class HbaRules
{
    private static readonly string[] Types = ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];

    private static readonly string[] Methods =
    [
        "trust", "reject", "scram-sha-256", "md5", "password", "gss", "sspi", "ident", "peer", "ldap", "radius", "cert",
        "pam", "bsd",
    ];

    public static void Check(IReadOnlyList<string> lines, Problems problems)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (Problem(lines[i]) is { } problem)
                problems.Add($"postgres.hba[{i}]", $"found \"{lines[i]}\"; {problem}");
        }
    }

    private static string? Problem(string line)
    {
        if (line.Any(c => char.IsControl(c) && c != '\t') || line.Contains("{{", StringComparison.Ordinal))
            return "allowed: a line without control characters and without \"{{\"";
        var words = Word().Matches(line).Select(match => match.Value).ToList();
        if (words.Count == 0 || words[0].StartsWith('#'))
            return "allowed: TYPE DATABASE USER [ADDRESS] METHOD";
        if (!Types.Contains(words[0]))
            return $"the type is \"{words[0]}\"; {NearestWord.Hint(words[0], Types)}allowed: {string.Join(", ", Types)}";
        if (words.Any(word => word.StartsWith('@')))
            return "a file of names (\"@...\") is not on the node; write the names in the line";

        var isLocal = words[0] == "local";
        var method = isLocal ? 3 : 4;
        if (!isLocal && words.Count > 3)
        {
            // An address without a length is followed by its mask in a column of its own.
            if (IPAddress.TryParse(words[3], out var host))
            {
                if (words.Count <= 4 || !IPAddress.TryParse(words[4], out _))
                    return $"the address \"{words[3]}\" has no prefix length; write {words[3]}/{(host.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)} for one host, or add a mask";
                method = 5;
            }
            else if (words[3].Contains('/') && !IPNetwork.TryParse(words[3], out _))
                return $"the address is \"{words[3]}\"; allowed: a network such as 10.0.0.0/8, a host name, all, samehost, samenet";
        }

        if (words.Count <= method)
            return isLocal ? "allowed: local DATABASE USER METHOD" : $"allowed: {words[0]} DATABASE USER ADDRESS METHOD";
        if (!Methods.Contains(words[method]))
            return $"the method is \"{words[method]}\"; {NearestWord.Hint(words[method], Methods)}allowed: "
                + string.Join(", ", Methods);
        if (words[method] == "peer" && !isLocal)
            return "the method \"peer\" works for local connections only";
        var option = words.Skip(method + 1).FirstOrDefault(word => !word.Contains('='));
        return option is null ? null : $"the option is \"{option}\"; allowed: name=value";
    }

    [GeneratedRegex("""(?:"[^"]*"|[^\s"])+""")]
    private static partial Regex Word();
}
