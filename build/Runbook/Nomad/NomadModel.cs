using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Runbook.Nomad;

/// <summary>A job as Nomad knows it.</summary>
/// <param name="Id">Its exact id.</param>
/// <param name="Type">service or batch.</param>
/// <param name="Status">pending, running or dead; a stopped job may say dead while its tasks still run.</param>
/// <param name="Stopped">Whether someone stopped it.</param>
/// <param name="ModifyIndex">The number that <c>-check-index</c> compares.</param>
/// <param name="Meta">Its meta block.</param>
public sealed record NomadJob(
    string Id, string Type, string Status, bool Stopped, ulong ModifyIndex, ImmutableDictionary<string, string> Meta)
{
    /// <summary>Counts its changes, from 0; an allocation names the one that it was made from.</summary>
    public long Version { get; init; }

    /// <summary>Nomad has seen this version healthy, or it is a copy of one that was.</summary>
    public bool Stable { get; init; }

    /// <summary>When this version was submitted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>All that was submitted, to tell whether two versions ask for the same.</summary>
    public string Content { get; init; } = "";
}

/// <summary>One run of a task group on a node.</summary>
public sealed record NomadAllocation(
    string Id, string JobId, string NodeName, string ClientStatus, string DesiredStatus, long CreateIndex, ImmutableArray<NomadTask> Tasks)
{
    /// <summary>The version of its job that it runs.</summary>
    public long JobVersion { get; init; }

    /// <summary>Id of its node; empty where Nomad does not tell.</summary>
    public string NodeId { get; init; } = "";

    /// <summary>Nothing of it runs any more.</summary>
    public bool Ended => ClientStatus is "complete" or "failed" or "lost";

    /// <summary>It was told to stop while Nomad had lost sight of its node: it says so until that is heard from again, if ever, and nothing else is to come.</summary>
    public bool WaitsForItsAgent => ClientStatus == "unknown" && DesiredStatus != "run";

    /// <summary>It ended by itself and every task's last exit code is 0. A killed allocation also says complete.</summary>
    public bool Succeeded => ClientStatus == "complete" && DesiredStatus == "run"
        && Tasks.Length > 0 && Tasks.All(t => t.LastExit is { ExitCode: 0, Signal: 0 });

    /// <summary>Whether it is of the job of this id, or of a child that was dispatched or scheduled from it.</summary>
    public bool BelongsTo(string jobId) => JobId == jobId || JobId.StartsWith(jobId + "/", StringComparison.Ordinal);

    /// <summary>The first eight characters, as Nomad prints ids.</summary>
    public string ShortId => Id.Length > 8 ? Id[..8] : Id;

    /// <summary>A task of it has run, and so has a log.</summary>
    public bool HasStarted(string task) => Tasks.Any(t => t.Name == task && t.Events.Any(e => e.Type is "Started" or "Terminated"));
}

/// <summary>A task's state within an allocation.</summary>
public sealed partial record NomadTask(string Name, string State, bool Failed, ImmutableArray<NomadTaskEvent> Events)
{
    /// <summary>It has been started again since its latest end.</summary>
    public bool StartedSince => LastExit is { } end && Events.LastOrDefault(e => e.Type == "Started") is { } start && start.At > end.At;

    /// <summary>Its latest end, if it has ended.</summary>
    public NomadTaskEvent? LastExit => Events.LastOrDefault(e => e.Type == "Terminated");

    /// <summary>Path of the Nomad variable that its templates wait for before it can start; empty when they wait for none.</summary>
    public string WaitsFor => State == "pending" && Events.LastOrDefault(e => e.Type == "Template") is { } said
        ? MissingVariable().Match(said.Message).Groups["path"].Value
        : "";

    /// <summary>The latest event that explains why it does not run, for an error message.</summary>
    public string Explanation => Events.LastOrDefault(e => e.Message.Length > 0 && e.Type is not "Terminated" and not "Not Restarting") is { } said
        ? $"{said.Type}: {said.Message}"
        : Events.LastOrDefault()?.Type ?? "no event";

    [GeneratedRegex(@"nomad\.var\.(block|get)\((?<path>[^)@]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MissingVariable();
}

/// <summary>Something that happened to a task.</summary>
/// <param name="Type">Nomad's name of it: Started, Terminated, Driver Failure ...</param>
/// <param name="At">When.</param>
/// <param name="ExitCode">Of a Terminated event.</param>
/// <param name="Signal">Of a Terminated event; 0 for none.</param>
/// <param name="OutOfMemory">The kernel killed it for want of memory.</param>
/// <param name="Message">Nomad's words.</param>
public sealed record NomadTaskEvent(string Type, DateTimeOffset At, int ExitCode, int Signal, bool OutOfMemory, string Message);

/// <summary>A node with what a job may need of it.</summary>
public sealed record NomadNode(
    string Id, string Name, string Datacenter, string Status, bool Eligible,
    ImmutableHashSet<string> HealthyDrivers, ImmutableHashSet<string> HostVolumes)
{
    /// <summary>Where its host volumes lie on it, by their names.</summary>
    public ImmutableDictionary<string, string> VolumePaths { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>It is being emptied.</summary>
    public bool Drains { get; init; }

    /// <summary>Why no job is placed on it; empty where one may be.</summary>
    public string Trouble => Status != "ready" ? Status : Drains ? "draining" : Eligible ? "" : "ineligible (drained, or set so)";

    /// <summary>The first eight characters of its id, as Nomad prints ids.</summary>
    public string ShortId => Id.Length > 8 ? Id[..8] : Id;

    /// <summary>Of the client on it; null where it does not tell.</summary>
    public Version? Version { get; init; }
}

/// <summary>A server, as the others see it.</summary>
/// <param name="Name">Its name, with the region.</param>
/// <param name="Region">Its region.</param>
/// <param name="Alive">Whether it can be reached.</param>
/// <param name="Version">Null where it does not tell.</param>
public sealed record NomadServer(string Name, string Region, bool Alive, Version? Version);

/// <summary>What submitting a jobspec would do.</summary>
/// <param name="Changed">The job differs from what Nomad has.</param>
/// <param name="ModifyIndex">The index the plan was made against.</param>
/// <param name="Warnings">What Nomad says about placement.</param>
public sealed record NomadPlan(bool Changed, ulong ModifyIndex, string Warnings)
{
    /// <summary>What differs, field by field.</summary>
    public JobDiff Diff { get; init; } = JobDiff.Same;
}
