using System.Text;
using Nuke.Common.Execution;

namespace Host.Help;

/// <summary>What <c>--plan</c> prints: the graph of what would run, and the order.</summary>
internal static class PlanText
{
    public static string Render(IReadOnlyList<ExecutableTarget> plan, IReadOnlyList<ExecutableTarget> asked)
    {
        var text = new StringBuilder("Graph:\n\n");
        foreach (var target in asked)
            Branch(text, plan, target, "  ", "  ", "");
        text.Append("\nOrder of execution:\n\n");
        for (var i = 0; i < plan.Count; i++)
            text.Append($"{i + 1,4}. {plan[i].Name}{State(plan[i])}\n");
        return text.ToString();
    }

    private static void Branch(
        StringBuilder text, IReadOnlyList<ExecutableTarget> plan, ExecutableTarget target, string first, string next, string relation)
    {
        text.Append($"{first}{target.Name}{relation}\n");
        var below = target.ExecutionDependencies.Select(x => (Target: x, Relation: ""))
            .Concat(target.Triggers.Select(x => (Target: x, Relation: " (triggered)")))
            .Where(x => plan.Contains(x.Target))
            .ToList();
        for (var i = 0; i < below.Count; i++)
        {
            var isLast = i == below.Count - 1;
            Branch(text, plan, below[i].Target, $"{next}{(isLast ? "└─ " : "├─ ")}", $"{next}{(isLast ? "   " : "│  ")}", below[i].Relation);
        }
    }

    private static string State(ExecutableTarget target) =>
        target.Status == ExecutionStatus.Skipped ? $" (skipped: {target.Note})"
        : target.Definition.Actions.Count == 0 ? " (only its dependencies)"
        : "";
}
