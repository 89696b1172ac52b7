using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Schedules;

/// <summary>Decides what PauseSchedules and ResumeSchedules do. Pure.</summary>
public static class PausePlanner
{
    /// <summary>A reason as it is kept: one line.</summary>
    /// <exception cref="RunbookException">There is none.</exception>
    public static string Reason(string typed)
    {
        var words = string.Concat(typed.Select(c => char.IsControl(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0
            ? string.Join(' ', words)
            : throw new RunbookException(ExitCode.WrongUse, "PauseSchedules needs a reason, which Status shows: --reason")
            {
                State = "nothing was changed",
                Next = "./build.sh PauseSchedules --reason 'moving the disks'",
            };
    }

    /// <summary>The steps of a pause; what an earlier run has done is not done again.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="reason">Why.</param>
    /// <param name="by">Who, user@host.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RunbookException">There is nothing to pause, or nobody to keep it.</exception>
    public static ProcedurePlan Pause(ClusterSettings settings, ClusterFacts facts, string reason, string by, DateTimeOffset now)
    {
        var node = Node(settings, facts);
        var pause = node.Paused is { } held
            ? held.Reason == reason ? held : held with { By = by, Reason = reason }
            : new SchedulePause(DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()), by, reason);
        var steps = new List<Step>();
        // The record first: killed behind it, no scheduled run takes a backup, and everybody sees why.
        if (pause != node.Paused)
            steps.Add(new RecordPause(pause));
        var on = JobCatalog.BackupIds(settings).Where(id => facts.Jobs.TryGetValue(id, out var job) && !job.Stopped).ToList();
        if (on.Count > 0)
            steps.Add(new HoldSchedules(on));
        List<string> notes = steps.Count == 0 ? [$"the schedules are paused already, {ClusterWords.Of(pause)}"] : [];
        notes.AddRange(facts.Active(JobCatalog.BackupIds(settings)).Select(a => a.JobId).Distinct().Select(id => $"{id} is running and continues to its end"));
        notes.Add("./build.sh Backup takes a backup meanwhile, ./build.sh ResumeSchedules resumes the schedules");
        return new ProcedurePlan("PauseSchedules", steps, notes);
    }

    /// <summary>The steps back to running schedules; the record goes last, so that a run that was killed before it is seen.</summary>
    /// <exception cref="RunbookException">Nobody can be asked.</exception>
    public static ProcedurePlan Resume(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes)
    {
        if (Node(settings, facts) is not { Paused: { } pause } node)
            return new ProcedurePlan("ResumeSchedules", [], ["the schedules are not paused; ./build.sh Schedule shows them"]);
        var note = $"paused {ClusterWords.Of(pause)}";
        // Elsewhere the procedure that brings the server back brings its schedules.
        if (facts.State != ClusterState.Running || node.Restore is not null)
            return new ProcedurePlan("ResumeSchedules", [new EndPause()],
                [note, $"the cluster is {facts.State.ToString().ToLowerInvariant()}: the schedules resume with it, {(node.Restore is { } restore ? RestoreWords.Due(restore) : "./build.sh Deploy")}"]);
        return new ProcedurePlan("ResumeSchedules", [.. Afterwards.Due(changes, schedules: true, []), new EndPause()], [note]);
    }

    private static NodeFacts Node(ClusterSettings settings, ClusterFacts facts)
    {
        if (!settings.HasBackups)
            throw RunbookException.Refused("no repository is configured: there are no scheduled backups", "set pgbackrest.repositories, then run Deploy");
        return facts.Node ?? throw RunbookException.Refused(
            "the cluster is not deployed: the node that holds the data cannot be asked", "./build.sh Deploy");
    }
}
