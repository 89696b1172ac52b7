using Runbook.Output;
using Runbook.Wal;

namespace Runbook.Cluster;

/// <summary>How what was observed of a cluster is put in words; one place, so that the same thing reads the same everywhere.</summary>
public static class ClusterWords
{
    /// <summary>Name of a backup type.</summary>
    public static string Of(BackupType type) => type switch
    {
        BackupType.Full => "full",
        BackupType.Diff => "differential",
        _ => "incremental",
    };

    /// <summary>Since when the schedules are paused, by whom, why.</summary>
    public static string Of(SchedulePause pause) => $"since {Words.At(pause.Since)} by {pause.By}: {pause.Reason}";

    /// <summary>A gap in the WAL.</summary>
    /// <param name="segment">The first one that is missing.</param>
    /// <param name="position">Where it begins.</param>
    public static string Missing(string segment, ulong position) =>
        $"WAL segment {segment} is missing while later ones are there: recovery cannot get past {Lsn.Text(position)}";

    /// <summary>A repository whose certificate is not verified.</summary>
    public static string TakesAnyCertificate(int repository) =>
        $"repository {repository} accepts any certificate (tls.trustAnyCertificate): an attacker on the network can read and change the backups";

    /// <summary>A repository that cannot be read.</summary>
    public static string Silent(RepositoryStatus repository) => $"repository {repository.Number} does not answer: {repository.Message}";

    /// <summary>What a periodic check came to; the moment follows.</summary>
    public static string Result(PeriodicCheck check) => check switch
    {
        { IsOk: true } => "nothing critical",
        { IsSkipped: true } => $"skipped ({string.Join("; ", check.Problems)})",
        _ => $"critical ({string.Join("; ", check.Problems)})",
    };
}
