using Runbook.Plan;
using Runbook.Render;
using Runbook.Run;

namespace Runbook.Procedures;

/// <summary>Takes over a cluster whose jobs somebody else has made, such as the old Terraform module: it goes on with its data directory, stanza and sets.</summary>
public static class Import
{
    /// <summary>Runs the procedure; it ends as a deployment does.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="person">Is asked before the server is stopped.</param>
    /// <param name="yes">It need not be asked any more.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">What is configured would not take over what is there; or a step failed.</exception>
    public static async Task RunAsync(Session session, SecretBundle secrets, IPerson person, bool yes, bool dryRun, CancellationToken ct)
    {
        secrets.Fetch();
        var jobs = session.Renderer.Render(session.Settings);
        await Preflight.CheckAsync(session.Settings, session.Nomad, session.Listener, ct);
        await session.HoldAsync("Import", dryRun, token => RunHeldAsync(session, jobs, secrets, (person, yes), dryRun, token), ct);
    }

    private static async Task RunHeldAsync(
        Session session, IReadOnlyList<RenderedJob> jobs, SecretBundle secrets, (IPerson Person, bool Yes) answer, bool dryRun, CancellationToken ct)
    {
        var there = (await Task.WhenAll(session.Reader.JobIds.Select(id => session.Nomad.DeployedAsync(id, ct)))).OfType<Cli.DeployedJob>().ToList();
        ImportPlanner.GuardJobs(session.Settings, there);
        var runner = session.Runner(secrets);
        if (dryRun || ImportPlanner.Foreign(there).Count == 0)
        {
            await runner.RunAsync(ImportPlanner.Make(session.Settings, there, facts: null), dryRun, ct);
            return;
        }

        // Registering a parameterized job runs nothing; it is what the node is asked with.
        var operations = await session.PlanJobsAsync(jobs.Where(j => j.Role == JobRole.Operations), ct);
        var prepare = DeployPlanner.Prepare(operations, secrets.Fingerprint.Length > 0);
        if (prepare.Count > 0)
            await runner.RunAsync(new ProcedurePlan("Import: before the node can be asked", prepare, []), dryRun: false, ct);
        var facts = await session.Reader.ReadAsync(ct, throughJob: true);
        var plan = ImportPlanner.Make(session.Settings, there, facts);
        foreach (var note in plan.Notes)
            session.Listener.Note(note);
        Question.Ask(answer.Person, answer.Yes, "stop the server and start it again as the runbook's own", "./build.sh Import --yes");
        session.WriteJobs(jobs);
        await runner.RunAsync(plan with { Notes = [] }, dryRun: false, ct);
        await Deploy.RunHeldAsync(session, jobs, secrets, answer.Person, new DeployWords("", Yes: true), dryRun: false, ct);
    }
}
