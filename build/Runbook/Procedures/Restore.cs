using Runbook.Cli;
using Runbook.Facts;
using Runbook.Plan;
using Runbook.Render;
using Runbook.Run;

namespace Runbook.Procedures;

/// <summary>Puts a backup set in place of the live data directory, which is kept. Looks at everything before it touches anything.</summary>
public static class Restore
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static async Task RunAsync(Session session, RestoreRequest request, SecretBundle secrets, bool dryRun, CancellationToken ct)
    {
        await Preflight.CheckAsync(session.Settings, session.Nomad, ct);
        await session.HoldAsync("Restore", dryRun, async token =>
        {
            var serverIsOld = await EnsureJobsAsync(session, secrets, dryRun, token) && !dryRun;
            var facts = await session.Reader.ReadAsync(token, throughJob: serverIsOld);
            var set = RestorePlanner.Choose(session.Settings, facts, request);
            var probe = await ProbeAsync(session, serverIsOld ? null : facts.Server, set, request, token);
            var plan = RestorePlanner.Make(session.Settings, facts, request, set, probe, session.NewRestoreId());
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);
    }

    /// <summary>On a new host nothing is there yet to ask the node with, or to restore by. Registering the parameterized
    /// jobs runs nothing.</summary>
    /// <returns>Whether the server's job is of another configuration than this one: its task would look into the
    /// repository of that one.</returns>
    private static async Task<bool> EnsureJobsAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct)
    {
        var jobs = session.Renderer.Render(session.Settings).Where(j => j.Role is JobRole.Operations or JobRole.Restore or JobRole.Postgres);
        var changes = await session.PlanJobsAsync(jobs, ct);
        var serverIsOld = changes.Any(c => c.Job.Role == JobRole.Postgres && c.Effect.Changed);
        var due = changes.Where(c => c.Effect.Changed && c.Job.Role != JobRole.Postgres).Select(Step (c) => new SubmitJob(c.Job, c.Effect.ModifyIndex)).ToList();
        if (dryRun && due.OfType<SubmitJob>().Any(s => s.Job.Role == JobRole.Operations && s.CheckIndex == 0))
            throw RunbookException.Refused("nothing of this cluster is in Nomad yet: without a job on the node there is nobody to ask what can be restored", "the same command without --dry-run; it looks before it changes anything");
        if (dryRun)
            return serverIsOld;
        var runner = session.Runner(secrets);
        if (due.Count > 0)
            await runner.RunAsync(new ProcedurePlan("Restore: before the node can be asked", due, []), dryRun: false, ct);
        if (secrets.Fingerprint.Length == 0)
            return serverIsOld;
        var facts = await session.Reader.ReadAsync(ct);
        if (facts.Node?.SecretsFingerprint != secrets.Fingerprint)
            await runner.RunAsync(new ProcedurePlan("Restore: before the repository can be asked", [new DeliverSecrets()], []), dryRun: false, ct);
        return serverIsOld;
    }

    private static async Task<SetProbe> ProbeAsync(Session session, NomadAllocation? server, BackupSet set, RestoreRequest request, CancellationToken ct)
    {
        var labels = string.Join(',', set.References.Append(set.Label).Distinct());
        // A set that was taken of a stopped server needs no WAL and names none.
        var folders = string.Join(',', new[] { set.WalStart, set.WalStop }.Where(w => w.Length == 24).Select(w => $"{set.ArchiveId}/{w[..16]}").Distinct());
        var said = await session.Node.AskAsync("probe", $"{labels} {folders}", server, ct);
        var history = request.Target.Kind == TargetKind.Latest
            ? await session.Node.AskAsync("timelines", set.ArchiveId, server, ct)
            : "";
        return SetProbe.Parse(said, history);
    }
}
