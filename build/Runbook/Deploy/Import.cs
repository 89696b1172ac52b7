using Runbook.Cluster;
using Runbook.Output;
using Runbook.Render;
using Runbook.Run;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Deploy;

/// <summary>Takes over a cluster whose jobs somebody else has made, such as the old Terraform module: it goes on with its data directory, stanza and sets.</summary>
public static class Import
{
    /// <summary>Runs the procedure; it ends as a deployment does.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="person">Is asked before the server is stopped.</param>
    /// <param name="yes">It need not be asked any more.</param>
    /// <param name="takeOver">Also a stopped cluster that no job of Nomad knows.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">What is configured would not take over what is there; or a step failed.</exception>
    public static async Task RunAsync(Session session, SecretBundle secrets, IPerson person, bool yes, bool takeOver, bool dryRun, CancellationToken ct)
    {
        secrets.Fetch();
        var jobs = await session.JobsAsync(ct);
        await Preflight.CheckAsync(session.Settings, session.Nomad, session.Listener, ct);
        await session.HoldAsync("Import", dryRun, token => RunHeldAsync(session, jobs, secrets, (person, yes), takeOver, dryRun, token), ct);
    }

    private static async Task RunHeldAsync(
        Session session, IReadOnlyList<RenderedJob> jobs, SecretBundle secrets, (IPerson Person, bool Yes) answer, bool takeOver, bool dryRun, CancellationToken ct)
    {
        var there = (await Task.WhenAll(session.Reader.JobIds.Select(id => session.Nomad.DeployedAsync(id, ct)))).OfType<Nomad.DeployedJob>().ToList();
        var stopped = takeOver && !there.Any(j => j.Id == session.Settings.Postgres.JobName && !j.IsOurs);
        if (!stopped)
            ImportPlanner.GuardJobs(session.Settings, there);
        var runner = session.Runner(secrets);
        if (!stopped && (dryRun || ImportPlanner.Foreign(there).Count == 0))
        {
            await runner.RunAsync(ImportPlanner.Make(session.Settings, there, facts: null), dryRun, ct);
            return;
        }

        // Registering a parameterized job runs nothing; it is what the node is asked with.
        var operations = await session.PlanJobsAsync(jobs.Where(j => j.Role == JobRole.Operations), ct);
        var prepare = DeployPlanner.Prepare(operations, secrets.Fingerprint.Length > 0);
        if (prepare.Count > 0)
            await runner.RunAsync(new ProcedurePlan("Import: before the node can be asked", prepare, []), dryRun, ct);
        if (dryRun && prepare.Count > 0)
            return;
        var facts = await session.Reader.ReadAsync(ct, throughJob: true);
        var plan = stopped ? ImportPlanner.MakeStopped(session.Settings, facts) : ImportPlanner.Make(session.Settings, there, facts);
        if (dryRun || plan.Steps.Count == 0)
        {
            await runner.RunAsync(plan, dryRun, ct);
            return;
        }
        foreach (var note in plan.Notes)
            session.Listener.Note(note);
        Question.Ask(answer.Person, answer.Yes, stopped ? "make the stopped cluster the runbook's own, and start it" : "stop the server and start it again as the runbook's own",
            stopped ? "./build.sh Import --take-over --yes" : "./build.sh Import --yes");
        session.WriteJobs(jobs);
        await runner.RunAsync(plan with { Notes = [] }, dryRun: false, ct);
        await DeployProcedure.RunHeldAsync(session, jobs, secrets, answer.Person, new DeployWords("", Yes: true), dryRun: false, ct);
    }
}
