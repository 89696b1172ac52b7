using Runbook.Settings;

namespace Runbook.Checks;

/// <summary>Whether clients of other hosts can connect without TLS: what they send, and what they read, can be seen and changed on the way. Pure.</summary>
public static class TlsRule
{
    private const string Check = "tls";

    private const string Remedy = "set postgres.tls.mode to \"self_signed\" or \"given\" (docs/configuration.md), or listen on loopback; then ./build.sh Deploy";

    /// <summary>What was found, for <c>Check</c>.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        var (isOpen, found) = Look(look.Settings);
        yield return new Finding(isOpen ? HealthLevel.Warning : HealthLevel.Ok, Check, found) { Next = isOpen ? Remedy : "" };
    }

    /// <summary>What was found, for <c>Doctor</c>.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        var (isOpen, found) = Look(look.Settings);
        yield return new Diagnosis(isOpen ? DoctorState.Warn : DoctorState.Ok, "settings", "TLS of clients", found)
        {
            Needed = isOpen ? "TLS where clients of other hosts connect" : "",
            Remedy = isOpen ? Remedy : "",
        };
    }

    private static (bool IsOpen, string Found) Look(ClusterSettings settings)
    {
        var postgres = settings.Postgres;
        if (!postgres.ListenAddresses.Split(',').Any(address => ServerTlsSettings.IsRemote(address.Trim())))
            return (false, "the server listens on loopback only");
        if (settings.Consul.Connect)
            return (false, "Consul Connect encrypts the connections of clients");
        return postgres.Tls switch
        {
            { Mode: CertificateSource.Off } when postgres.Settings.Any(s => s.Key.Equals("ssl", StringComparison.OrdinalIgnoreCase) && s.Value is not ("off" or "false" or "no" or "0")) =>
                (false, "postgres.settings turns TLS on; postgres.hba decides whether clients must use it"),
            { Mode: CertificateSource.Off } => (true, $"clients of other hosts connect without TLS (postgres.listenAddresses is \"{postgres.ListenAddresses}\")"),
            { AllowPlain: true } => (true, "TLS is on, and clients of other hosts may connect without it (postgres.tls.allowPlain)"),
            _ => (false, "clients must use TLS"),
        };
    }
}
