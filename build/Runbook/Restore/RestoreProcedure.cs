using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Run;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>Puts a backup set in place of the live data directory, which is kept. Looks at everything before it touches anything.</summary>
public static class RestoreProcedure
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static async Task RunAsync(Session session, RestoreRequest request, SecretBundle secrets, bool dryRun, CancellationToken ct)
    {
        // Asked before anything else, in case somebody has to type a password.
        var trouble = secrets.Trouble();
        await Preflight.CheckAsync(session.Settings, session.Nomad, session.Listener, ct);
        await session.HoldAsync("Restore", dryRun, async token =>
        {
            var serverIsOld = await EnsureJobsAsync(session, secrets, trouble, dryRun, token) && !dryRun;
            var facts = await session.Reader.ReadAsync(token, throughJob: serverIsOld);
            var beside = serverIsOld ? null : facts.Server ?? facts.RunningRestore;
            var (choice, archive) = await ChooseAsync(session, facts, request, beside, token);
            var (lastCommit, unknown) = archive is null
                ? (null, false)
                : await LastCommitAsync(session, beside, choice, RestorePlanner.Unsettled(facts, request, choice, archive), token);
            var look = new RestoreLook
            {
                Probe = await ProbeAsync(session, beside, choice.Set, token),
                Archive = archive,
                LastCommit = lastCommit,
                CommitsUnknown = unknown,
                FirstCommits = archive is null ? [] : await FirstCommitsAsync(session, beside, TimelineDispute.Ask(request, choice, archive), token),
                LastRestore = facts.Node?.LastRestore is { } last ? (last.Took, last.Bytes) : null,
                NewId = session.NewRestoreId(),
                Now = session.Time.GetUtcNow(),
                Zone = session.Time.LocalTimeZone,
            };
            var plan = RestorePlanner.Make(session.Settings, facts, request, choice, look);
            await session.Runner(secrets).RunAsync(await ToItsEndAsync(session, facts, plan, token), dryRun, token);
        }, ct);
    }

    // Online, nobody is to be called a second time for a cluster that serves all the while: the switch belongs to it.
    private static async Task<ProcedurePlan> ToItsEndAsync(Session session, ClusterFacts facts, RestorePlan plan, CancellationToken ct)
    {
        if (plan.Order is not { Strategy: RestoreStrategy.Online, Pause: false } order)
            return plan.Procedure;
        var changes = HeldSchedules.Without(facts, await session.PlanJobsAsync(await session.JobsAsync(ct), ct));
        return plan.Procedure with
        {
            Notes = [.. plan.Procedure.Notes, .. AfterRestore.Notes(session.Settings, facts, s => s.Label == order.Set), .. HeldSchedules.Notes(facts)],
            Steps = [.. plan.Procedure.Steps, .. Afterwards.Of(session.Settings, changes, order.Id, order.Strategy, plan.Procedure.Steps, facts)],
        };
    }

    /// <summary>On a new host nothing is there yet to ask the node with, or to restore by. Registering the parameterized
    /// jobs runs nothing.</summary>
    /// <returns>Whether the server's job is of another configuration than this one: its task would look into the
    /// repository of that one.</returns>
    private static async Task<bool> EnsureJobsAsync(Session session, SecretBundle secrets, Exception? trouble, bool dryRun, CancellationToken ct)
    {
        var jobs = (await session.JobsAsync(ct)).Where(j => j.Role is JobRole.Operations or JobRole.Restore or JobRole.Postgres);
        var changes = await session.PlanJobsAsync(jobs, ct);
        var serverIsOld = changes.Any(c => c.Job.Role == JobRole.Postgres && c.Effect.Changed);
        var due = changes.Where(c => c.Effect.Changed && c.Job.Role != JobRole.Postgres).Select(Step (c) => new SubmitJob(c.Job, c.Effect.ModifyIndex)).ToList();
        if (dryRun && due.OfType<SubmitJob>().Any(s => s.Job.Role == JobRole.Operations && s.CheckIndex == 0))
            throw RunbookException.Refused("the cluster is not deployed: without a job on the node, what can be restored is not known", "the same command without --dry-run; it looks before it changes anything");
        if (dryRun)
            return serverIsOld;
        var runner = session.Runner(secrets);
        if (due.Count > 0)
            await runner.RunAsync(new ProcedurePlan("Restore: before the node can be asked", due, []), dryRun: false, ct);
        if (trouble is null && secrets.Fingerprint.Length == 0)
            return serverIsOld;
        var facts = await session.Reader.ReadAsync(ct);
        if (trouble is not null)
        {
            // Whoever is called at night need not have the keys: those on the node were good when they were last delivered.
            if (facts.Node is not { SecretsFingerprint.Length: > 0 })
                ExceptionDispatchInfo.Throw(trouble);
            session.Listener.Warn($"{trouble.Message.Split('\n')[0]}; the secrets that were delivered to the node are used");
            return serverIsOld;
        }
        if (facts.Node?.SecretsFingerprint != secrets.Fingerprint)
            await runner.RunAsync(new ProcedurePlan("Restore: before the repository can be asked", [new DeliverSecrets()], []), dryRun: false, ct);
        return serverIsOld;
    }

    private static async Task<(RestoreChoice Choice, ArchiveFacts? Archive)> ChooseAsync(
        Session session, ClusterFacts facts, RestoreRequest request, NomadAllocation? beside, CancellationToken ct)
    {
        var zone = session.Time.LocalTimeZone;
        // The end of a set needs no WAL but its own: the probe looks for that.
        if (request.Target.Kind == TargetKind.Immediate)
            return (SetChoice.Choose(session.Settings, facts, request, archive: null, zone), null);
        var (id, high) = SetChoice.Search(session.Settings, facts, request);
        var archive = await ArchiveAsync(session, beside, id, high, ct);
        var choice = SetChoice.Choose(session.Settings, facts, request, archive, zone);
        if (WalName.High(choice.Set.WalStart) is var older && older < high)
            archive = await ArchiveAsync(session, beside, id, older, ct);
        return (choice, archive);
    }

    private static async Task<ArchiveFacts> ArchiveAsync(Session session, NomadAllocation? beside, string archiveId, uint high, CancellationToken ct) =>
        ArchiveFacts.Parse(await session.Node.AskAsync("archive", $"{archiveId} {high:X8}", beside, ct));

    private static async Task<SetProbe> ProbeAsync(Session session, NomadAllocation? beside, BackupSet set, CancellationToken ct)
    {
        var labels = string.Join(',', set.References.Append(set.Label).Distinct());
        // A set that was taken of a stopped server needs no WAL and names none.
        var folders = string.Join(',', new[] { set.WalStart, set.WalStop }.Where(w => w.Length == 24).Select(w => $"{set.ArchiveId}/{w[..16]}").Distinct());
        return SetProbe.Parse(await session.Node.AskAsync("probe", $"{labels} {folders}", beside, ct));
    }

    private static async Task<ImmutableArray<FirstCommit>> FirstCommitsAsync(
        Session session, NomadAllocation? beside, ImmutableArray<WalStretch> stretches, CancellationToken ct) => stretches.IsEmpty
        ? []
        : FirstCommit.Parse(await session.Node.AskAsync("firstcommits", string.Join(' ', stretches), beside, ct), stretches.Length);

    private static async Task<(LastCommit? Last, bool Unknown)> LastCommitAsync(
        Session session, NomadAllocation? beside, RestoreChoice choice, ImmutableArray<string> segments, CancellationToken ct)
    {
        if (segments.IsEmpty)
            return (null, false);
        var said = await session.Node.AskAsync("lastcommit", $"{choice.Set.ArchiveId} {string.Join(',', segments)}", beside, ct);
        return (LastCommit.Parse(said), said.Contains("fact wal.unreadable ", StringComparison.Ordinal));
    }
}
