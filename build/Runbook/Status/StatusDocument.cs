using System.Text.Json.Serialization;
using Runbook.Cluster;

namespace Runbook.Status;

/// <summary>What <c>Status --output json</c> prints.</summary>
/// <param name="State">absent, running, stopped, restoring, paused, restored or failed.</param>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Profile">Profile of the configuration.</param>
/// <param name="Connection">A libpq connection string for the superuser on the node's socket, without a password; null where nothing is deployed.</param>
/// <param name="Node">The node that holds the data; null when it could not be asked.</param>
/// <param name="Postgres">The server.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Jobs">The jobs that exist in Nomad.</param>
/// <param name="Backups">The repository; null without one.</param>
/// <param name="Restore">The restore under way; null when there is none.</param>
/// <param name="Kept">Data directories that restores set aside.</param>
/// <param name="Lock">Who is at work on the cluster; null when nobody is.</param>
/// <param name="SchedulesPaused">Who holds the scheduled backups back; null when nobody does.</param>
/// <param name="Check">What the cluster found when it last checked itself; null when it never did.</param>
/// <param name="Warnings">What is to be said of the repositories until it is mended.</param>
public sealed record StatusDocument(
    string State, string Cluster, string Profile, string? Connection, string? Node, PostgresDocument Postgres, string Data,
    IReadOnlyList<JobDocument> Jobs, BackupsDocument? Backups, RestoreDocument? Restore, IReadOnlyList<KeptDocument> Kept, LockDocument? Lock,
    PauseDocument? SchedulesPaused, CheckDocument? Check, IReadOnlyList<string> Warnings);

/// <summary>The server.</summary>
/// <param name="Version">Full version of the installed server; null when unknown.</param>
/// <param name="Timeline">Its timeline; null when there is no cluster.</param>
/// <param name="Recovering">Still replaying WAL; null when it does not answer.</param>
public sealed record PostgresDocument(string? Version, uint? Timeline, bool? Recovering);

/// <summary>A job.</summary>
public sealed record JobDocument(string Name, string Status);

/// <summary>The repository.</summary>
/// <param name="Sets">How many sets it holds.</param>
/// <param name="Last">The newest one; null when there is none.</param>
/// <param name="Error">Why it does not answer; null when it does.</param>
/// <param name="Running">A backup is running.</param>
public sealed record BackupsDocument(int Sets, LastBackupDocument? Last, string? Error, bool Running);

/// <summary>The newest backup set.</summary>
public sealed record LastBackupDocument(string Label, string Type, DateTimeOffset FinishedAt);

/// <summary>What the cluster found when it last checked itself.</summary>
/// <param name="Result">ok, failed or skipped.</param>
/// <param name="At">When.</param>
/// <param name="Problems">What was critical; why it was skipped.</param>
public sealed record CheckDocument(string Result, DateTimeOffset At, IReadOnlyList<string> Problems);

/// <summary>A restore under way.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">repository, or the id of the kept directory that Undo puts back.</param>
/// <param name="Set">The set; of Undo the kept directory.</param>
/// <param name="Target">Where recovery ends: immediate, latest, time, lsn, xid, name or end.</param>
/// <param name="Value">The point as PostgreSQL takes it; empty where the target says it all.</param>
/// <param name="Exclusive">Recovery stops before the point.</param>
/// <param name="Timeline">The timeline that it follows; empty for the set's own.</param>
/// <param name="Strategy">beside, online or in-place.</param>
/// <param name="Pause">It stops at the target until Accept.</param>
/// <param name="Accepted">Accept was said.</param>
/// <param name="Phase">archiving, copying, recovering, paused, ready, switching, swapping, restored or started.</param>
/// <param name="Operator">Who began it.</param>
/// <param name="StartedAt">When.</param>
/// <param name="BytesCopied">Bytes in the new directory so far; 0 once it is in place.</param>
/// <param name="BytesTotal">Bytes that the set restores; null when that is not known.</param>
/// <param name="Replayed">WAL position up to which it has been recovered; null before.</param>
/// <param name="ReplayEnd">WAL position at which that is expected to end; null when that is not known.</param>
/// <param name="LastCommit">Time of the last commit in it; null when there is none.</param>
/// <param name="StoodSeconds">Seconds since bytes or position last moved; null when nothing tells.</param>
/// <param name="Stalled">It has stood still for longer than it should.</param>
/// <param name="Staged">The copy's own server answers, for <c>Psql</c> to look at it.</param>
/// <param name="Reached">The point reached beside the one asked for; null before.</param>
public sealed record RestoreDocument(
    string Id, string Source, string Set, string Target, string Value, bool Exclusive, string Timeline, string Strategy, bool Pause, bool Accepted,
    string Phase, string Operator, string StartedAt, long BytesCopied, long? BytesTotal, string? Replayed, string? ReplayEnd, string? LastCommit,
    long? StoodSeconds, bool Stalled, bool Staged, ReachedDocument? Reached);

/// <summary>The point that a restore reached.</summary>
/// <param name="Lsn">WAL position.</param>
/// <param name="LastCommit">Time of the last commit that is in it; null when it replayed none.</param>
/// <param name="Timeline">The timeline that it made; null when that is not known.</param>
public sealed record ReachedDocument(string Lsn, string? LastCommit, string? Timeline);

/// <summary>A data directory that a restore set aside.</summary>
public sealed record KeptDocument(string Id, string Path, long Bytes, DateTimeOffset KeptAt);

/// <summary>Who holds the cluster.</summary>
/// <param name="Holder">user@host.</param>
/// <param name="Target">What is being done.</param>
/// <param name="Since">When the cluster was taken.</param>
/// <param name="Renewed">When the lock was last renewed.</param>
/// <param name="AtWork">The holder is believed to be alive: it renews its lock, or its process is on this host.</param>
public sealed record LockDocument(string Holder, string Target, DateTimeOffset Since, DateTimeOffset Renewed, bool AtWork);

/// <summary>How the document becomes JSON; generated, so that printing it costs no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StatusDocument))]
public sealed partial class StatusJson : JsonSerializerContext;
