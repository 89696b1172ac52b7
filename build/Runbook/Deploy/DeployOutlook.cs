using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Deploy;

/// <summary>What Deploy would do.</summary>
/// <param name="Jobs">Every job of the configuration, in the order of work, and those that would go.</param>
/// <param name="Work">What is to be done beside jobs, in order.</param>
/// <param name="Notes">What the operator should know.</param>
public sealed record DeployOutlook(IReadOnlyList<PlannedJob> Jobs, IReadOnlyList<string> Work, IReadOnlyList<string> Notes)
{
    /// <summary>Deploy would do something.</summary>
    public bool Changes => Jobs.Any(j => j.Effect != JobEffect.None) || Work.Count > 0 || Terraform.Count > 0;

    /// <summary>The running server would be restarted, for these reasons; null when it would not.</summary>
    public IReadOnlyList<string>? Restart { get; init; }

    /// <summary>What Terraform plans, where it keeps the jobs running: its state may differ where Nomad does not.</summary>
    public IReadOnlyList<string> Terraform { get; init; } = [];

    /// <summary>Decides as Deploy does, from the same facts.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="changes">All jobs of the configuration.</param>
    /// <param name="secretsAreDue">The operator's secrets have not been delivered, or have changed.</param>
    /// <param name="initFingerprint">Of databases, script and passwords.</param>
    /// <exception cref="RunbookException">Deploy would refuse.</exception>
    public static DeployOutlook Make(
        ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, bool secretsAreDue, string initFingerprint)
    {
        var plan = DeployPlanner.Make(settings, facts, changes, initFingerprint);
        var prepared = DeployPlanner.Prepare(changes, secretsAreDue);
        var submitted = plan.Steps.Concat(prepared).OfType<SubmitJob>().Select(s => s.Job.Id).ToHashSet();
        var serverChanges = changes.Any(c => c.Job.Role == JobRole.Postgres && c.Effect.Changed);
        return new DeployOutlook(
            [
                // A schedule that is held back differs, and Deploy leaves it.
                .. changes.Select(c => PlannedJob.Of(submitted.Contains(c.Job.Id) ? c : c with { Effect = c.Effect with { Changed = false, Diff = Nomad.JobDiff.Same } })),
                .. plan.Steps.OfType<RemoveJob>().Select(r => new PlannedJob(r.JobId, JobEffect.Remove, ["the configuration no longer has it"])),
            ],
            [.. prepared.Concat(plan.Steps).Where(s => s is not (SubmitJob or RemoveJob) && !(s is FollowRollout && serverChanges)).Select(s => s.Title)],
            plan.Notes)
        {
            Restart = RestartOf(facts, changes),
        };
    }

    /// <summary>Why a server that runs would be restarted; null when none would.</summary>
    public static IReadOnlyList<string>? RestartOf(ClusterFacts facts, IEnumerable<JobChange> changes) =>
        facts.Server is not null && changes.Where(c => c.Job.Role == JobRole.Postgres).Select(PlannedJob.Of).FirstOrDefault(j => j.Effect == JobEffect.Restart) is { } server
            ? server.Reasons
            : null;
}
