using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Checks;

/// <summary>Compares what runs with what is rendered. Pure.</summary>
public static class DriftRules
{
    private const string Deploy = "./build.sh Plan shows what Deploy would do; ./build.sh Deploy brings it back to what is rendered";

    /// <summary>The jobs that differ.</summary>
    /// <param name="facts">What was observed.</param>
    /// <param name="changes">What submitting each rendered job would do.</param>
    public static IEnumerable<DriftFinding> Jobs(ClusterFacts facts, IReadOnlyList<JobChange> changes)
    {
        var held = changes.Except(HeldSchedules.Without(facts, changes)).ToHashSet();
        foreach (var change in changes)
        {
            if (Job(facts, change, held.Contains(change)) is { } finding)
                yield return finding;
        }
        var rendered = changes.Select(c => c.Job.Id).ToHashSet();
        foreach (var left in facts.Jobs.Values.Where(j => !j.Stopped && !rendered.Contains(j.Id)).OrderBy(j => j.Id, StringComparer.Ordinal))
            yield return new DriftFinding("job", left.Id, "left", ["the configuration has no such job"], "./build.sh Deploy removes it");
    }

    /// <summary>The settings of the running server that differ, and its pg_hba.conf.</summary>
    /// <param name="configured">The rendered postgresql.conf.</param>
    /// <param name="hba">The rendered pg_hba.conf.</param>
    /// <param name="live">What the server says.</param>
    public static IEnumerable<DriftFinding> Server(string configured, string hba, LiveServer live)
    {
        var settings = ServerFile.Settings(configured);
        foreach (var setting in live.Settings)
        {
            if (Setting(setting, settings.GetValueOrDefault(setting.Name.ToLowerInvariant())) is { } finding)
                yield return finding;
        }
        var said = FileWords.Differences("pg_hba.conf", live.Hba, hba).Where(_ => !ServerFile.Lines(live.Hba).SequenceEqual(ServerFile.Lines(hba)))
            .Concat(live.HbaErrors.Select(e => $"the server does not understand {e}")).ToImmutableArray();
        if (said.Length > 0)
            yield return new DriftFinding("hba", "pg_hba.conf", "differs", said, Deploy);
    }

    private static DriftFinding? Job(ClusterFacts facts, JobChange change, bool held)
    {
        var planned = PlannedJob.Of(change);
        DriftFinding Finding(string state, ImmutableArray<string> details) => new("job", change.Job.Id, state, details, Deploy);
        if (planned.Effect == JobEffect.Create)
            return held ? null : Finding("missing", ["Nomad has no such job"]);
        if (planned.Effect == JobEffect.Start && change.Effect.Diff.Field("Stop") is not null)
            return held ? null : Finding("stopped", planned.Reasons);
        if (change.Effect.Diff.Blocks.Any(b => b.Field("Count") is { Mark: DiffMark.Edited }))
            return Finding("scaled", planned.Reasons);
        if (planned.Effect != JobEffect.None)
            return Finding("changed", planned.Reasons);
        return change.Job.Role == JobRole.Postgres ? Running(facts, Finding) : null;
    }

    // The job is as rendered; whether something of it runs is another matter.
    private static DriftFinding? Running(ClusterFacts facts, Func<string, ImmutableArray<string>, DriftFinding> finding)
    {
        if (facts.Server is not { } server)
            return finding("down", [facts.LastServer is { } last ? $"its last allocation {last.ShortId} is {last.ClientStatus}" : "it has no allocation"]) with { Next = "./build.sh Logs" };
        var newest = facts.Allocations.Where(a => a.JobId == facts.ServerJob).Max(a => a.JobVersion);
        return server.JobVersion < Math.Max(newest, facts.ServerVersion ?? 0)
            ? finding("outdated", [$"its server runs version {server.JobVersion}, the job is at version {Math.Max(newest, facts.ServerVersion ?? 0)}"]) with { Next = $"nomad job status {facts.ServerJob}" }
            : null;
    }

    private static string Shown(string value) => value.Length > 0 ? value : "empty";

    private static DriftFinding? Setting(LiveSetting live, string? configured)
    {
        DriftFinding Finding(string state, string detail, string next) => new("setting", live.Name, state, [detail], next);
        var reset = $"./build.sh Psql --command \"alter system reset {live.Name}\", then ./build.sh Psql --command \"select pg_reload_conf()\"; or write it into postgres.settings";
        var should = configured is null ? "nothing is configured" : $"configured is {Shown(configured)}";
        if (live.Waiting is { } waiting)
            return Finding("pending-restart", $"it is {SettingValue.Of(live)}, {should}, and {(live.Altered ? "ALTER SYSTEM" : "its file")} makes it {Shown(waiting)} at the next restart", live.Altered ? reset : Deploy);
        if (live.Altered && (configured is null || !SettingValue.IsSame(configured, live)))
            return Finding("altered", $"ALTER SYSTEM has set it to {SettingValue.Of(live)}, {should}", reset);
        if (configured is null)
            return live.File.Length > 0 ? Finding("differs", $"it is {SettingValue.Of(live)}, {should}", Deploy) : null;
        return SettingValue.IsSame(configured, live) ? null : Finding("differs", $"it is {SettingValue.Of(live)}, {should}", Deploy);
    }
}
