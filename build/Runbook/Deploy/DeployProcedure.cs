using System.Security.Cryptography;
using System.Text;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Render;
using Runbook.Run;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Deploy;

/// <summary>What was typed beside <c>Deploy</c>.</summary>
/// <param name="Drop">Locations of repositories that are given up although nothing else holds a full backup; empty for none.</param>
/// <param name="Yes">A restart of the running server need not be asked for.</param>
public sealed record DeployWords(string Drop, bool Yes);

/// <summary>Brings the cluster from whatever state it is in to the configured one; run again it changes nothing.</summary>
public static class DeployProcedure
{
    /// <summary>Runs the procedure.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="person">Asked before a running server is restarted, where the configuration wants that.</param>
    /// <param name="words">What was answered beforehand.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static async Task RunAsync(Session session, SecretBundle secrets, IPerson person, DeployWords words, bool dryRun, CancellationToken ct)
    {
        secrets.Fetch();
        var jobs = await session.JobsAsync(ct);
        await Preflight.CheckAsync(session.Settings, session.Nomad, session.Listener, ct);
        await session.HoldAsync("Deploy", dryRun, token => RunHeldAsync(session, jobs, secrets, person, words, dryRun, token), ct);
    }

    /// <summary>Changes when a database, the initialisation script or a password of the operator changes.</summary>
    public static string InitFingerprint(IEnumerable<RenderedJob> jobs, SecretBundle secrets) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(jobs.First(j => j.Role == JobRole.PostgresInit).Text + secrets.Fingerprint)))[..16];

    // Clients lose their connections: that is for a person to choose the moment of.
    private static void Confirm(Session session, IPerson person, bool yes, IReadOnlyList<string>? reasons)
    {
        if (reasons is null || !session.Settings.Deploy.ConfirmRestart)
            return;
        Question.Ask(
            person, yes, $"restart the running server ({string.Join("; ", reasons.DefaultIfEmpty("its job has changed"))})",
            "./build.sh Deploy --yes; ./build.sh Plan shows all that would be done; deploy.confirmRestart decides whether it asks");
    }

    internal static async Task RunHeldAsync(
        Session session, IReadOnlyList<RenderedJob> jobs, SecretBundle secrets, IPerson person, DeployWords words, bool dryRun, CancellationToken ct)
    {
        var (facts, changes) = await session.ObserveAsync(jobs, ct);
        await Task.WhenAll(changes.Where(c => c.Effect.Changed).Select(c => session.Nomad.ValidateAsync(c.Job.FileName, c.Job.Text, ct)));
        if (!dryRun)
        {
            await GuardRepositoriesAsync(session, facts, secrets, words.Drop, ct);
            Confirm(session, person, words.Yes, DeployOutlook.RestartOf(facts, changes));
            session.WriteJobs(jobs);
        }
        var runner = session.Runner(secrets);
        var prepare = DeployPlanner.Prepare(changes, (facts.Node?.SecretsFingerprint ?? "") != secrets.Fingerprint);
        // The running server looks into the repository, and at the data, of the configuration before this one.
        var serverIsOld = changes.Any(c => c.Job.Role == JobRole.Postgres && c.Effect.Changed) && facts.Server is not null;
        if (prepare.Count > 0 || (serverIsOld && !dryRun))
        {
            if (prepare.Count > 0)
                await runner.RunAsync(new ProcedurePlan("Deploy: before the node can be asked", prepare, []), dryRun, ct);
            changes = [.. changes.Select(c => c.Job.Role == JobRole.Operations ? c with { Effect = c.Effect with { Changed = false } } : c)];
            if (!dryRun)
                facts = await session.Reader.ReadAsync(ct, throughJob: serverIsOld);
        }
        var plan = DeployPlanner.Make(session.Settings, facts, changes, InitFingerprint(jobs, secrets));
        if (session.Terraform is { } terraform)
            plan = await terraform.CompleteAsync(plan, facts, changes, dryRun, ct);
        await runner.RunAsync(plan, dryRun, ct);
    }

    // The secrets of the new configuration take the place of the old ones below, and the old server still needs those: so the
    // new repositories are looked into first, and apart.
    private static async Task GuardRepositoriesAsync(Session session, ClusterFacts facts, SecretBundle secrets, string drop, CancellationToken ct)
    {
        var move = RepositoryMove.Of(session.Settings, facts.Node);
        if (!move.Differs)
            return;
        var looked = session.Settings.HasBackups
            ? await new RepositoryLook(session.Settings, session.Nomad, session.Dispatcher, session.Node, session.Renderer, secrets).AskAsync(ct)
            : null;
        move.Guard(session.Settings, facts.Node!, looked, drop);
    }
}
