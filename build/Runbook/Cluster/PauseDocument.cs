namespace Runbook.Cluster;

/// <summary>A pause of the scheduled backups.</summary>
/// <param name="Since">From when on.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why.</param>
public sealed record PauseDocument(DateTimeOffset Since, string By, string Reason)
{
    /// <summary>The document of a pause; null where there is none.</summary>
    public static PauseDocument? Of(SchedulePause? pause) => pause is null ? null : new PauseDocument(pause.Since, pause.By, pause.Reason);
}
