using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Checks what encrypts the connections of clients.</summary>
internal static partial class ServerTlsRules
{
    private static readonly string[] Owned = ["ssl", "ssl_cert_file", "ssl_key_file", "ssl_ca_file"];

    public static void Check(PostgresSettings postgres, Problems problems)
    {
        var tls = postgres.Tls;
        if (problems.IsBroken("postgres.tls.mode"))
            return;
        var isGiven = tls.Mode == CertificateSource.Given;
        problems.AddIf(isGiven && tls.Certificate is null, "postgres.tls.certificate", "is missing; required for mode \"given\": env:NAME, file:/path, secret:NAME or a Nomad template");
        problems.AddIf(isGiven && tls.Key is null, "postgres.tls.key", "is missing; required for mode \"given\": env:NAME, file:/path, secret:NAME or a Nomad template");
        problems.AddIf(!isGiven && tls.Certificate is not null, "postgres.tls.certificate", "is allowed for mode \"given\" only; remove it");
        problems.AddIf(!isGiven && tls.Key is not null, "postgres.tls.key", "is allowed for mode \"given\" only; remove it");
        problems.AddIf(!isGiven && tls.Ca is not null, "postgres.tls.ca", "is allowed for mode \"given\" only; remove it");
        problems.AddIf(tls.Names.Count > 0 && tls.Mode != CertificateSource.SelfSigned, "postgres.tls.names", "is allowed for mode \"self_signed\" only; remove it");
        problems.AddIf(tls.AllowPlain && tls.Mode == CertificateSource.Off, "postgres.tls.allowPlain", "has no effect for mode \"off\"; remove it");
        for (var i = 0; i < tls.Names.Count; i++)
            problems.AddIf(!Name().IsMatch(tls.Names[i]), $"postgres.tls.names[{i}]", $"found \"{tls.Names[i]}\"; allowed: a host name or an address");
        if (tls.Mode == CertificateSource.Off)
            return;
        foreach (var name in postgres.Settings.Keys.Where(name => Owned.Contains(name.ToLowerInvariant())))
            problems.Add($"postgres.settings.{name}", "is managed by the runbook: set postgres.tls");
    }

    [GeneratedRegex(@"^(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?\z")]
    private static partial Regex Name();
}
