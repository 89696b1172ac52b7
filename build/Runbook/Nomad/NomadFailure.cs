using System.Text.RegularExpressions;

namespace Runbook.Nomad;

/// <summary>What a failed call means to the operator: the cause that Nomad's words name, and what ends it.</summary>
public static partial class NomadFailure
{
    /// <summary>What to type where Nomad's words name no cause that is known.</summary>
    public const string Next = "./build.sh Doctor";

    private const string State = "nothing was changed by this call";

    /// <summary>The error of a call.</summary>
    public static RunbookException Of(Outcome outcome) =>
        Access(outcome) ?? new RunbookException(ExitCode.Failed, $"{outcome.Invocation} ended with {outcome.ExitCode}: {outcome.Reason}") { Next = Next };

    /// <summary>The error where the call never came to what it asks for: no Nomad, no right, no such namespace; null where it did.</summary>
    public static RunbookException? Access(Outcome outcome)
    {
        var said = outcome.Error;
        if (said.Contains("403", StringComparison.Ordinal) && Forbidden().IsMatch(said))
            return Wrong($"Nomad answers 403, permission denied: {outcome.Invocation}", "set NOMAD_TOKEN to a token that may do that: docs/acl.md has a policy for each kind of work");
        // Before what is away: these words come within those of a failed request.
        if (Scheme(said) is { } scheme)
            return Wrong($"NOMAD_ADDR (or nomad.address) has the wrong scheme: {outcome.Reason}", $"write the address with {scheme}://");
        if (ClientCertificate().IsMatch(said))
            return Wrong($"Nomad does not accept the certificate of this machine: {outcome.Reason}", "set NOMAD_CLIENT_CERT and NOMAD_CLIENT_KEY to a certificate and key of Nomad's CA");
        if (ServerCertificate().IsMatch(said) && !said.Contains("Unexpected response code", StringComparison.Ordinal))
            return Wrong(
                $"the certificate of Nomad is not accepted: {outcome.Reason}",
                "set NOMAD_CACERT to the file of Nomad's CA; where the name is what differs, set NOMAD_TLS_SERVER_NAME (server.REGION.nomad, or client.REGION.nomad for a client agent)");
        if (said.Contains("Error initializing client", StringComparison.Ordinal))
            return Wrong(outcome.Reason, "correct the variable that names it: NOMAD_ADDR, NOMAD_CACERT, NOMAD_CLIENT_CERT, NOMAD_CLIENT_KEY");
        if (Namespace().Match(said) is { Success: true } missing)
        {
            var name = missing.Groups["name"].Value;
            return Wrong($"Nomad has no namespace{(name.Length > 0 ? $" {name}" : "")}: {outcome.Reason}", $"nomad namespace apply {(name.Length > 0 ? name : "NAME")}; or correct nomad.namespace (or NOMAD_NAMESPACE)");
        }
        return RetryingGate.SaysAway(said) || Unreachable().IsMatch(said)
            ? new NomadAwayException($"Nomad does not answer: {outcome.Reason}")
            {
                State = $"{State}; what already runs continues",
                Next = "check NOMAD_ADDR (or nomad.address; http:// or https://) and that the agent runs: nomad node status",
            }
            : null;
    }

    private static string? Scheme(string said) =>
        said.Contains("server gave HTTP response to HTTPS client", StringComparison.Ordinal) ? "http"
        : PlainToTls().IsMatch(said) ? "https"
        : null;

    private static RunbookException Wrong(string message, string next) => new(ExitCode.WrongUse, message) { State = State, Next = next };

    [GeneratedRegex("[Pp]ermission denied|Unexpected response code: 403", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"HTTP request to an HTTPS server|malformed HTTP response ""\\x15\\x03", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PlainToTls();

    [GeneratedRegex("remote error: tls: (bad certificate|certificate required|unknown certificate authority|unknown certificate)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ClientCertificate();

    [GeneratedRegex("x509: |tls: failed to verify certificate", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ServerCertificate();

    [GeneratedRegex("""nonexistent namespace(?: "?(?<name>[\w-]+)"?)?|Namespace "(?<name>[^"]+)" matched no namespaces|Namespace not found""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Namespace();

    [GeneratedRegex("no such host|dial (tcp|unix)|no route to host|connect:|TLS handshake timeout", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Unreachable();
}

/// <summary>No Nomad server answers.</summary>
public sealed class NomadAwayException(string message) : RunbookException(Runbook.ExitCode.Failed, message);
