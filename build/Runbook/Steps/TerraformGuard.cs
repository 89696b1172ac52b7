using Runbook.Nomad;

namespace Runbook.Steps;

/// <summary>Holds what Terraform plans against what was asked of it. Pure.</summary>
public static class TerraformGuard
{
    /// <summary>Refuses a plan that takes away what nobody asked to be taken away.</summary>
    /// <param name="step">What was asked.</param>
    /// <param name="changes">What Terraform plans.</param>
    /// <param name="show">The command that shows why.</param>
    /// <exception cref="RunbookException">It would destroy something else.</exception>
    public static void Check(ApplyTerraform step, IEnumerable<TerraformChange> changes, string show)
    {
        var asked = step.Stop.Select(s => s.Id).ToHashSet();
        var lost = changes.Where(c => c.Destroys && !(c.Type == TerraformChange.JobType && asked.Contains(c.Job))).ToList();
        if (lost.Count > 0)
            throw RunbookException.Refused(
                $"Terraform would destroy {string.Join(", ", lost.Select(c => c.Job.Length > 0 ? $"{c.Job} ({c.Address})" : c.Address))}, which was not asked for",
                $"{show} shows why; a job that was renamed is stopped first, with its old name");
    }

    /// <summary>What Terraform plans, in a line for each change.</summary>
    public static IEnumerable<string> Lines(IEnumerable<TerraformChange> changes) => changes.Where(c => c.Any).Select(c =>
        $"terraform {Verb(c)} {(c.Job.Length > 0 ? c.Job : c.Address)} ({c.Address})");

    private static string Verb(TerraformChange change) => change switch
    {
        { TakenOver: true } => "takes over",
        { Destroys: true } when change.Actions.Contains("create") => "replaces",
        { Destroys: true } => "stops",
        _ when change.Actions.Contains("create") => "creates",
        _ when change.Actions.Contains("update") => "updates",
        _ => string.Join(", ", change.Actions),
    };
}
