using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Render;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Plans, shows and applies what Terraform does in a run. A plan is made, looked at, and then applied as it is.</summary>
/// <param name="settings">Of the cluster.</param>
/// <param name="terraform">Terraform.</param>
/// <param name="nomad">Says what runs: Terraform's state may not know it.</param>
/// <param name="write">Writes the root module.</param>
/// <param name="approve">Asks for what is shown; throws when the answer is no.</param>
/// <param name="listener">Hears what is planned.</param>
public sealed class TerraformEngine(
    ClusterSettings settings, TerraformClient terraform, NomadClient nomad, Action write, Action<string> approve, IRunListener listener)
{
    private readonly Dictionary<ApplyTerraform, ImmutableArray<TerraformChange>> _prepared = new(ReferenceEqualityComparer.Instance);
    private bool _ready;
    private bool _approved = !settings.Terraform.Confirm;

    /// <summary>A procedure's plan as it is carried out: Terraform in the place of <c>nomad</c>, for what keeps running.</summary>
    public ProcedurePlan Of(ProcedurePlan plan) => TerraformSteps.Of(settings, plan);

    /// <summary>The plan of a deployment, which ends with whatever else differs in Terraform's eyes.</summary>
    /// <exception cref="RunbookException">Terraform would destroy what was not asked for; or it cannot plan.</exception>
    public async Task<ProcedurePlan> CompleteAsync(
        ProcedurePlan plan, ClusterFacts facts, IReadOnlyList<JobChange> changes, bool dryRun, CancellationToken ct)
    {
        if (settings.Terraform.Backend.IsLocal)
            plan = plan with { Notes = [.. plan.Notes, "Terraform's state is a file of this checkout, which other operators do not see: set terraform.backend"] };
        var everything = TerraformSteps.Everything(facts, changes);
        var concerned = Of(plan).Steps.OfType<ApplyTerraform>().Any();
        // Nothing is written in a dry run, so there is nothing that Terraform could be asked with.
        return concerned || (!dryRun && await DiffersAsync(everything, ct)) ? plan with { Steps = [.. plan.Steps, everything] } : plan;
    }

    /// <summary>What Terraform plans for a deployment, in a line for each change. Nothing is kept of it, and no mark of its state is mended.</summary>
    /// <param name="facts">What was observed.</param>
    /// <param name="changes">All jobs of the configuration.</param>
    /// <param name="removed">Jobs that the configuration no longer has.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">It would destroy what was not asked for; or it cannot plan.</exception>
    public async Task<IReadOnlyList<string>> PreviewAsync(
        ClusterFacts facts, IReadOnlyList<JobChange> changes, IEnumerable<string> removed, CancellationToken ct)
    {
        var step = TerraformSteps.Everything(facts, changes);
        var planned = await PlanAsync(step with { Stop = [.. step.Stop, .. TerraformSteps.Removed(settings, removed)] }, mend: false, ct);
        File.Delete(terraform.Commands.PlanFile);
        return [.. TerraformGuard.Lines(planned)];
    }

    /// <summary>Whether Terraform would change anything. The plan is kept and applied as it was seen here.</summary>
    /// <exception cref="RunbookException">It would destroy what was not asked for; or it cannot plan.</exception>
    private async Task<bool> DiffersAsync(ApplyTerraform step, CancellationToken ct)
    {
        var changes = await PlanAsync(step, mend: true, ct);
        _prepared.Clear();
        _prepared[step] = changes;
        return changes.Any(c => c.Any);
    }

    /// <summary>Plans the first apply of a procedure before anything is done, so that a refusal has changed nothing.</summary>
    /// <param name="plan">Of the procedure.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">It would destroy what was not asked for, or nobody said yes; or it cannot plan.</exception>
    public async Task PrepareAsync(ProcedurePlan plan, CancellationToken ct)
    {
        if (plan.Steps.OfType<ApplyTerraform>().FirstOrDefault() is not { } first)
            return;
        if (!_prepared.ContainsKey(first))
            await DiffersAsync(first, ct);
        foreach (var line in TerraformGuard.Lines(_prepared[first]))
            listener.Note(line);
        if (_approved)
            return;
        var later = plan.Steps.OfType<ApplyTerraform>().Skip(1).Select(s => s.Title).ToList();
        approve($"apply what Terraform plans{(later.Count > 0 ? $", then {string.Join(", then ", later)}" : "")}");
        _approved = true;
    }

    /// <summary>Applies; what was planned before as it was seen then.</summary>
    /// <exception cref="RunbookException">It failed; or it would destroy what was not asked for.</exception>
    public async Task ApplyAsync(ApplyTerraform step, CancellationToken ct)
    {
        if (!_prepared.Remove(step, out var changes))
        {
            changes = await PlanAsync(step, mend: true, ct);
            foreach (var line in TerraformGuard.Lines(changes))
                listener.Note(line);
        }

        if (changes.Any(c => c.Any))
            await terraform.ApplyAsync(TerraformModule.Timeout(settings), ct);
        File.Delete(terraform.Commands.PlanFile);
    }

    private async Task<ImmutableArray<TerraformChange>> PlanAsync(ApplyTerraform step, bool mend, CancellationToken ct)
    {
        if (!_ready)
        {
            write();
            await terraform.InitAsync(ct);
            Directory.CreateDirectory(Path.GetDirectoryName(terraform.Commands.PlanFile)!);
            _ready = true;
        }

        var takeOver = Path.Combine(terraform.Commands.Module, TerraformCommands.TakeOverFile);
        try
        {
            await WriteTakeOverAsync(step, takeOver, ct);
            var changes = await terraform.PlanAsync(step.Variables, step.Targets, ct);
            if (mend && changes.Where(c => c.Tainted).ToList() is { Count: > 0 } tainted)
            {
                // An apply that was ended while it waited left them so. Whether they run is seen in Nomad: to stop and start them again for it
                // would take a server down that may well serve.
                foreach (var change in tainted)
                    await terraform.UntaintAsync(change.Address, ct);
                changes = await terraform.PlanAsync(step.Variables, step.Targets, ct);
            }

            TerraformGuard.Check(step, changes, $"{terraform.Commands.Executable} -chdir={terraform.Commands.Module} show {terraform.Commands.PlanFile}");
            return changes;
        }
        finally
        {
            // The plan holds it; left there it would be somebody else's puzzle.
            File.Delete(takeOver);
        }
    }

    // What runs and the state does not know is taken over, not created anew: planned against its index, and no surprise.
    private async Task WriteTakeOverAsync(ApplyTerraform step, string file, CancellationToken ct)
    {
        var known = await terraform.StateAsync(ct);
        var there = (await nomad.JobsAsync(ct)).Where(j => !j.Stopped).Select(j => j.Id).ToHashSet();
        var unknown = step.Start.Where(j => there.Contains(j.Id) && !known.Contains(TerraformModule.Address(j.Role))).ToList();
        if (unknown.Count > 0)
            await File.WriteAllTextAsync(file, TerraformModule.TakeOver(settings, unknown), ct);
    }
}
