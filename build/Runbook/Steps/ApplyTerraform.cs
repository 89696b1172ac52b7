using Runbook.Render;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Lets Terraform start and stop what keeps running; nothing else of the cluster is touched by it.</summary>
/// <param name="Start">Jobs that run afterwards, as they are rendered.</param>
/// <param name="Stop">Jobs that do not.</param>
/// <param name="Everything">Whatever else differs is brought to what is configured, too.</param>
public sealed record ApplyTerraform(IReadOnlyList<RenderedJob> Start, IReadOnlyList<StoppedJob> Stop, bool Everything = false)
    : Step(TitleOf(Start, Stop, Everything))
{
    /// <summary>The variables of the module: which jobs there should be.</summary>
    public IReadOnlyDictionary<string, bool> Variables => new SortedDictionary<string, bool>(StringComparer.Ordinal)
    {
        ["server"] = !Leaves("server"), ["schedules"] = !Leaves("schedules"), ["check"] = !Leaves("check"),
    };

    /// <summary>The resources that may be touched; none for all of them.</summary>
    public IReadOnlyList<string> Targets => Everything
        ? []
        : [.. Start.Select(j => j.Role).Concat(Stop.Select(s => s.Role)).Distinct().Select(r => $"nomad_job.{JobCatalog.Of(r).Resource}")];

    /// <summary>Whether both can be one: a variable has one value only, and a job is either started or stopped.</summary>
    public bool Fits(ApplyTerraform next) =>
        !Started(this).Intersect(Stopped(next)).Any() && !Stopped(this).Intersect(Started(next)).Any()
        && !Start.Select(j => j.Id).Intersect(next.Stop.Select(s => s.Id)).Any() && !Stop.Select(s => s.Id).Intersect(next.Start.Select(j => j.Id)).Any();

    /// <summary>Both at once.</summary>
    public ApplyTerraform And(ApplyTerraform next) => new(
        [.. Start.Concat(next.Start).DistinctBy(j => j.Id)], [.. Stop.Concat(next.Stop).DistinctBy(s => s.Id)], Everything || next.Everything);

    private bool Leaves(string variable) => Stopped(this).Contains(variable);

    private static IEnumerable<string> Started(ApplyTerraform step) => step.Start.Select(j => JobCatalog.Of(j.Role).Variable);

    private static IEnumerable<string> Stopped(ApplyTerraform step) => step.Stop.Where(s => s.Configured).Select(s => JobCatalog.Of(s.Role).Variable);

    private static string TitleOf(IReadOnlyList<RenderedJob> start, IReadOnlyList<StoppedJob> stop, bool everything)
    {
        var parts = new List<string>();
        if (everything)
            parts.Add("bring what runs to what is configured");
        else if (start.Count > 0)
            parts.Add($"submit {string.Join(", ", start.Select(j => j.Id))}");
        if (stop.Count > 0)
            parts.Add($"stop {string.Join(", ", stop.Select(s => s.Id))}");
        return $"terraform apply: {string.Join("; ", parts)}";
    }
}

/// <summary>A job that Terraform stops.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Purge">It must not stay in Nomad, whatever the purge setting says.</param>
/// <param name="EndRuns">What it runs is ended and waited for.</param>
/// <param name="Configured">The configuration has it, and only leaves it out for now.</param>
public sealed record StoppedJob(string Id, JobRole Role, bool Purge, bool EndRuns, bool Configured);
