using System.Net;

namespace Runbook.Settings;

/// <summary>Encryption of the connections between clients and the server.</summary>
public sealed record ServerTlsSettings
{
    /// <summary>
    /// TLS for clients, and source of the server's certificate. <c>off</c>: no TLS. <c>self_signed</c>: the node creates a certificate. <c>given</c>:
    /// <c>certificate</c> and <c>key</c>. A change needs no restart.
    /// </summary>
    public CertificateSource Mode { get; init; } = CertificateSource.Off;

    /// <summary>
    /// Additional names and addresses in a self-signed certificate, as clients write them in <c>host=</c>. The node's host name, <c>localhost</c> and
    /// its addresses are always included.
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>
    /// Certificate of the server in PEM, with the intermediate certificates between it and its CA; for mode <c>given</c>. On a single line, <c>\n</c>
    /// means a line feed.
    /// </summary>
    [Setting(MayBeEmpty = true, DefaultText = "none")]
    public SecretReference? Certificate { get; init; }

    /// <summary>
    /// Private key of the certificate in PEM, without a passphrase; for mode <c>given</c>. On the node it is a file that only <c>postgres.osUser</c>
    /// can read.
    /// </summary>
    [Setting(MayBeEmpty = true, DefaultText = "none")]
    public SecretReference? Key { get; init; }

    /// <summary>
    /// Certificates in PEM of the CA whose clients may log in by certificate (method <c>cert</c> in <c>postgres.hba</c>); for mode <c>given</c>.
    /// </summary>
    [Setting(MayBeEmpty = true, DefaultText = "none")]
    public SecretReference? Ca { get; init; }

    /// <summary>Connections without TLS. <c>true</c>: allowed in addition to TLS, while some clients do not support it.</summary>
    public bool AllowPlain { get; init; }

    /// <summary>The files of mode <c>given</c>: name on the node, path of the setting, reference.</summary>
    internal IEnumerable<(string File, string Path, SecretReference Reference)> Files => Mode != CertificateSource.Given ? [] :
        new[] { ("server.crt", "postgres.tls.certificate", Certificate), ("server.key", "postgres.tls.key", Key), ("ca.crt", "postgres.tls.ca", Ca) }
            .Where(file => file.Item3 is not null).Select(file => (file.Item1, file.Item2, file.Item3!));

    /// <summary>Whether an address of <c>postgres.listenAddresses</c> can be reached from another host.</summary>
    internal static bool IsRemote(string address) =>
        address is not ("" or "localhost") && !(IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip));
}

/// <summary>Where the server's certificate comes from.</summary>
public enum CertificateSource
{
    /// <summary>There is none: clients connect without TLS, and what they send and read can be seen and changed on the way.</summary>
    Off,

    /// <summary>The node makes one and keeps it for ten years; clients trust the certificate itself.</summary>
    SelfSigned,

    /// <summary>From <c>certificate</c> and <c>key</c>.</summary>
    Given,
}
