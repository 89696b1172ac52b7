using System.Text.Json.Serialization;

using Runbook.Cluster;

namespace Runbook.Schedules;

/// <summary>What <c>Schedule --output json</c> prints.</summary>
/// <param name="Paused">Who holds the scheduled backups back; null when nobody does.</param>
/// <param name="Jobs">One for each type of backup, and the cluster's check of itself.</param>
public sealed record ScheduleDocument(PauseDocument? Paused, IReadOnlyList<ScheduledJobDocument> Jobs);

/// <summary>One schedule.</summary>
/// <param name="Type">full, diff, incr or check.</param>
/// <param name="Job">Name of the job.</param>
/// <param name="Cron">When it is due; empty for never.</param>
/// <param name="TimeZone">Where the cron expression is read.</param>
/// <param name="State">on; paused, which a check never is; stopped or missing in Nomad although it is configured; off: it is not configured.</param>
/// <param name="Last">Its last run; null when none is known.</param>
/// <param name="Next">The next three moments at which it is due, with the offset of its zone; whether it then runs is for its state to say.</param>
/// <param name="Skipped">A time of its zone's clocks, within a year, at which there is no run because they skip it; null when there is none.</param>
public sealed record ScheduledJobDocument(
    string Type, string Job, string Cron, string TimeZone, string State, ScheduledRunDocument? Last, IReadOnlyList<DateTimeOffset> Next, string? Skipped);

/// <summary>A run of a schedule.</summary>
/// <param name="DueAt">When it was due, or made up for, or forced.</param>
/// <param name="Result">pending, waiting, running, done, skipped, failed or interrupted; a check has failed where it found something critical.</param>
/// <param name="StartedAt">When its task began; null before.</param>
/// <param name="EndedAt">When it ended; null before, and for one that was interrupted.</param>
/// <param name="ExitCode">Of a run that failed; null otherwise.</param>
/// <param name="Why">Why it was skipped; null when it was not.</param>
public sealed record ScheduledRunDocument(DateTimeOffset DueAt, string Result, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int? ExitCode, string? Why);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ScheduleDocument))]
public sealed partial class ScheduleJson : JsonSerializerContext;
