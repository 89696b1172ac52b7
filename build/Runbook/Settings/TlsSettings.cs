namespace Runbook.Settings;

/// <summary>How the certificate of a storage is checked.</summary>
public sealed record TlsSettings
{
    /// <summary>File with the certificates to trust, as the task sees it. Empty: the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>
    /// Takes whatever certificate is shown: whoever stands in between can read and change the backups. For a test without a CA; <c>Status</c> keeps
    /// saying it.
    /// </summary>
    public bool TrustAnyCertificate { get; init; }
}
