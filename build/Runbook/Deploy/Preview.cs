using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Render;
using Runbook.Run;
using Runbook.Settings;

namespace Runbook.Deploy;

/// <summary>What Deploy would do. Only looks: no lock, nothing submitted; nothing written but the module that Terraform plans from.</summary>
public static class Preview
{
    /// <summary>Looks, prints, and ends with 10 when Deploy would do something.</summary>
    /// <exception cref="RunbookException">There is something to do (10), or Deploy would refuse (3).</exception>
    public static async Task RunAsync(Session session, SecretBundle secrets, CommandOptions typed, OutputFormat format, Action<string> print, CancellationToken ct)
    {
        var jobs = await session.JobsAsync(ct);
        await Preflight.CheckAsync(session.Settings, session.Nomad, session.Listener, ct);
        var reading = session.Reader.ReadAsync(ct);
        var changes = await session.PlanJobsAsync(jobs, ct);
        await Task.WhenAll(changes.Where(c => c.Effect.Changed).Select(c => session.Nomad.ValidateAsync(c.Job.FileName, c.Job.Text, ct)));
        var facts = await reading;
        // Who reviews a change need not be who may read its secrets.
        var unknown = secrets.Trouble();
        var outlook = DeployOutlook.Make(
            session.Settings, facts, changes,
            secretsAreDue: unknown is null && (facts.Node?.SecretsFingerprint ?? "") != secrets.Fingerprint,
            unknown is null ? DeployProcedure.InitFingerprint(jobs, secrets) : facts.Node?.InitFingerprint ?? "");
        if (unknown is not null)
            outlook = outlook with { Notes = [.. outlook.Notes, $"whether secrets or databases have changed is not known here: {unknown.Message.ReplaceLineEndings(" ")}"] };
        if (outlook.Restart is not null && facts.Node is not null)
            outlook = outlook with { Notes = [.. outlook.Notes, "the repository is as the running server sees it; Deploy looks again with the new configuration"] };
        if (RepositoryMove.Of(session.Settings, facts.Node).Differs)
            outlook = outlook with { Notes = [.. outlook.Notes, "the repositories are not those in use: Deploy looks into the new ones first, and may refuse"] };
        if (session.Terraform is { } terraform)
        {
            var removed = outlook.Jobs.Where(j => j.Effect == JobEffect.Remove).Select(j => j.Id);
            outlook = outlook with { Terraform = await terraform.PreviewAsync(facts, changes, removed, ct) };
        }
        End(outlook, session.Settings, typed, format, print);
    }

    /// <summary>The same for a cluster of which nothing exists.</summary>
    /// <exception cref="RunbookException">There is everything to do.</exception>
    public static void Absent(ClusterSettings settings, JobRenderer renderer, CommandOptions typed, OutputFormat format, Action<string> print)
    {
        var created = new NomadPlan(Changed: true, ModifyIndex: 0, Warnings: "");
        var facts = new ClusterFacts { ServerJob = settings.Postgres.JobName };
        End(
            DeployOutlook.Make(settings, facts, [.. renderer.Render(settings).Select(j => new JobChange(j, created))], secretsAreDue: false, "due"),
            settings, typed, format, print);
    }

    private static void End(DeployOutlook outlook, ClusterSettings settings, CommandOptions typed, OutputFormat format, Action<string> print)
    {
        print(PlanReport.Write(format, outlook, settings.ClusterName, typed));
        if (outlook.Changes)
            throw new VerdictException(ExitCode.Changes, PlanReport.Summary(outlook)) { State = "nothing was changed", Next = "./build.sh Deploy" };
        if (format == OutputFormat.Text)
            print(PlanReport.Summary(outlook));
    }
}
