using Nuke.Common.Execution;

namespace Host.Graph;

/// <summary>Puts targets in order: the graph decides first, then the order in which they were asked for.</summary>
internal static class Planner
{
    /// <summary>The targets to run, with all that they need and trigger.</summary>
    /// <exception cref="BuildDefinitionException">The targets depend on each other in a circle.</exception>
    public static IReadOnlyList<ExecutableTarget> Plan(
        IReadOnlyList<ExecutableTarget> all, IReadOnlyList<ExecutableTarget> asked)
    {
        RefuseCircles(all);
        var needed = Needed(asked);
        var plan = new List<ExecutableTarget>();
        var seen = new HashSet<ExecutableTarget>();
        foreach (var target in asked)
        {
            var next = plan.Count;
            Visit(target, needed, seen, plan);

            // What a target triggers follows it as soon as the graph allows, not at the end of the run.
            for (; next < plan.Count; next++)
            {
                foreach (var triggered in plan[next].Triggers)
                    Visit(triggered, needed, seen, plan);
            }
        }

        return plan;
    }

    private static HashSet<ExecutableTarget> Needed(IEnumerable<ExecutableTarget> asked)
    {
        var needed = new HashSet<ExecutableTarget>();
        var open = new Queue<ExecutableTarget>(asked);
        while (open.TryDequeue(out var target))
        {
            if (!needed.Add(target))
                continue;
            foreach (var next in target.ExecutionDependencies.Concat(target.Triggers))
                open.Enqueue(next);
        }

        return needed;
    }

    // Targets that do not run are walked through as well: their order holds between those on either side of them.
    private static void Visit(
        ExecutableTarget target,
        HashSet<ExecutableTarget> needed,
        HashSet<ExecutableTarget> seen,
        List<ExecutableTarget> plan)
    {
        if (!seen.Add(target))
            return;
        foreach (var before in target.Predecessors)
            Visit(before, needed, seen, plan);
        if (needed.Contains(target))
            plan.Add(target);
    }

    private static void RefuseCircles(IReadOnlyList<ExecutableTarget> all)
    {
        var done = new HashSet<ExecutableTarget>();
        var path = new List<ExecutableTarget>();
        foreach (var target in all)
            Walk(target);

        void Walk(ExecutableTarget target)
        {
            var start = path.IndexOf(target);
            if (start >= 0)
            {
                var circle = path.Skip(start).Append(target).Select(x => x.Name);
                throw new BuildDefinitionException($"Targets wait for each other: {string.Join(" -> ", circle)}.");
            }

            if (!done.Add(target))
                return;
            path.Add(target);
            foreach (var before in target.Predecessors)
                Walk(before);
            path.RemoveAt(path.Count - 1);
        }
    }
}
