using System.Globalization;
using Runbook.Facts;

namespace Runbook.Plan;

/// <summary>How values are put in words for people; one place, so that the same thing reads the same everywhere.</summary>
public static partial class Words
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Name of a backup type.</summary>
    public static string Of(BackupType type) => type switch
    {
        BackupType.Full => "full",
        BackupType.Diff => "differential",
        _ => "incremental",
    };

    /// <summary>Since when the schedules are paused, by whom, why.</summary>
    public static string Of(SchedulePause pause) => $"since {At(pause.Since)} by {pause.By}: {pause.Reason}";

    /// <summary>A number of bytes with three significant digits, in powers of 1000 as disks are sold.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 1000 && unit < Units.Length - 1; unit++)
            value /= 1000;
        var digits = unit == 0 || value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00";
        return value.ToString(digits, CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>A moment in UTC, to the second.</summary>
    public static string At(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A length of time in its largest two units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalMinutes: < 1 } => $"{span.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };

    /// <summary>A gap in the WAL.</summary>
    /// <param name="segment">The first one that is missing.</param>
    /// <param name="position">Where it begins.</param>
    public static string Missing(string segment, ulong position) =>
        $"WAL segment {segment} is missing while later ones are there: recovery cannot get past {Lsn.Text(position)}";

    /// <summary>A repository whose certificate is not verified.</summary>
    public static string TakesAnyCertificate(int repository) =>
        $"repository {repository} takes any certificate (tls.trustAnyCertificate): whoever stands in between can read and change the backups";

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
