using System.Collections.Immutable;
using Runbook.Settings;

namespace Runbook.Wal;

/// <summary>Type of a backup.</summary>
public enum BackupType
{
    /// <summary>Every file.</summary>
    Full,

    /// <summary>What changed since the last full backup.</summary>
    Diff,

    /// <summary>What changed since the last backup of any type.</summary>
    Incr,
}

/// <summary>Types of backups by the jobs that take them.</summary>
public static class BackupTypes
{
    /// <summary>What a scheduled backup takes.</summary>
    public static BackupType Of(JobRole role) => role switch
    {
        JobRole.Full => BackupType.Full,
        JobRole.Diff => BackupType.Diff,
        JobRole.Incr => BackupType.Incr,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "takes no backup"),
    };
}

/// <summary>One backup set in the repository.</summary>
/// <param name="Label">Its name, such as <c>20261122-140000F</c>.</param>
/// <param name="Type">Full, differential or incremental.</param>
/// <param name="StartedAt">When the copy began.</param>
/// <param name="FinishedAt">When the copy ended.</param>
/// <param name="Size">Bytes of the cluster that it restores.</param>
/// <param name="RepositorySize">Bytes that this set itself takes in the repository.</param>
/// <param name="WalStart">First WAL segment that it needs.</param>
/// <param name="WalStop">Last WAL segment that it needs.</param>
/// <param name="LsnStop">The WAL position at which it is consistent.</param>
/// <param name="Prior">The set that it builds on; empty for a full one.</param>
/// <param name="References">All sets that hold files of it.</param>
/// <param name="Error">pgBackRest found damaged pages while it copied.</param>
/// <param name="ArchiveId">Folder of its WAL in the repository, such as <c>15-1</c>.</param>
/// <param name="Repository">Number of the repository that holds it; 1 for the first of the configuration.</param>
public sealed record BackupSet(
    string Label, BackupType Type, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, long Size, long RepositorySize,
    string WalStart, string WalStop, string LsnStop, string Prior, ImmutableArray<string> References, bool Error, string ArchiveId, int Repository = 1)
{
    /// <summary>The timeline on which it was taken; 0 for a set that was taken of a stopped server, which names no WAL.</summary>
    public uint Timeline => NamesWal ? WalName.Timeline(WalStop) : 0;

    /// <summary>Whether recovery can go on from it: it names the WAL that belongs to it.</summary>
    public bool NamesWal => WalStart.Length == 24 && WalStop.Length == 24;
}
