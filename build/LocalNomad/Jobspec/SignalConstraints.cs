using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>Nomad adds a constraint for the signals that a group's tasks use; so the job shows one here too.</summary>
internal static class SignalConstraints
{
    public static TaskGroup Add(TaskGroup group)
    {
        var signals = group.Tasks
            .SelectMany(task => (task.Templates ?? []).Select(template => template.ChangeSignal).Prepend(task.KillSignal))
            .Where(signal => signal.Length > 0)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        return signals.Count == 0
            ? group
            : group with { Constraints = [.. group.Constraints ?? [], new Constraint("${attr.os.signals}", "set_contains", string.Join(',', signals))] };
    }
}
