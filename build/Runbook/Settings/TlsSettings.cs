namespace Runbook.Settings;

/// <summary>How the certificate of a storage is checked.</summary>
public sealed record TlsSettings
{
    /// <summary>File with the certificates to trust, as the task sees it. Empty: the system's certificates.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>
    /// Acceptance of any certificate. <c>true</c>: an attacker on the network can read and change the backups. Only for a test without a CA;
    /// <c>Status</c> reports it as long as it is set.
    /// </summary>
    public bool TrustAnyCertificate { get; init; }
}
