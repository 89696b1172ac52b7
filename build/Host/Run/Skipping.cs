using Nuke.Common;
using Nuke.Common.Execution;

namespace Host.Run;

/// <summary>Marks the targets of a plan that are not to run.</summary>
internal static class Skipping
{
    /// <summary>Skips what the command line says; an empty list means everything that was not asked for.</summary>
    public static void ByRequest(IReadOnlyList<ExecutableTarget> plan, IReadOnlyList<string>? names)
    {
        if (names is null)
            return;
        foreach (var target in plan)
        {
            var asked = target.Invoked || (target.IsDefault && !plan.Any(x => x.Invoked));
            if (names.Count == 0 ? !asked : names.Contains(target.Name, StringComparer.OrdinalIgnoreCase))
                Skip(target, plan, "via parameter");
        }
    }

    /// <summary>Skips the targets whose static conditions do not hold.</summary>
    public static void ByStaticConditions(IReadOnlyList<ExecutableTarget> plan)
    {
        foreach (var target in plan.Where(x => x.Status == ExecutionStatus.Scheduled))
        {
            if (Violated(target.Definition.StaticConditions) is { } note)
                Skip(target, plan, note);
        }
    }

    /// <summary>Skips the target, if its turn has come and a condition does not hold.</summary>
    public static bool ByDynamicConditions(ExecutableTarget target, IReadOnlyList<ExecutableTarget> plan)
    {
        if (Violated(target.Definition.DynamicConditions) is not { } note)
            return false;
        Skip(target, plan, note);
        return true;
    }

    private static string? Violated(IEnumerable<Graph.Condition> conditions)
    {
        var violated = conditions.Where(x => !x.Holds()).Select(x => x.Text).ToList();
        return violated.Count == 0 ? null : $"OnlyWhen: {string.Join(" && ", violated)}";
    }

    private static void Skip(ExecutableTarget target, IReadOnlyList<ExecutableTarget> plan, string note)
    {
        if (target.Status != ExecutionStatus.Scheduled)
            return;
        target.Status = ExecutionStatus.Skipped;
        target.Note = note;
        if (target.Definition.DependencyBehavior == DependencyBehavior.Execute)
            return;
        foreach (var next in target.ExecutionDependencies.Concat(target.Triggers))
        {
            var needed = next.Invoked || plan.Any(x => x.Status == ExecutionStatus.Scheduled
                && (x.ExecutionDependencies.Contains(next) || x.Triggers.Contains(next)));
            if (!needed)
                Skip(next, plan, $"because of {target.Name}");
        }
    }
}
