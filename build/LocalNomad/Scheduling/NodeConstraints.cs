using System.Text.RegularExpressions;
using LocalNomad.Model;

namespace LocalNomad.Scheduling;

/// <summary>Decides whether the node meets a constraint.</summary>
internal static partial class NodeConstraints
{
    public static bool Knows(string operand) => operand is "=" or "==" or "is" or "!=" or "not" or ">" or ">=" or "<" or "<="
        or "regexp" or "set_contains" or "set_contains_all" or "set_contains_any" or "is_set" or "is_not_set" or "distinct_hosts"
        or "version" or "semver" or "distinct_property";

    /// <returns>The first constraint that the node does not meet, as the scheduler writes it; null if it meets all.</returns>
    public static string? Unmet(Node node, Job job, TaskGroup group) =>
        (job.Constraints ?? [])
            .Concat(group.Constraints ?? [])
            .Concat(group.Tasks.SelectMany(task => task.Constraints ?? []))
            .Where(constraint => !Meets(node, constraint))
            .Select(Describe)
            .FirstOrDefault();

    private static string Describe(Constraint constraint) => $"{constraint.LTarget} {constraint.Operand} {constraint.RTarget}";

    private static bool Meets(Node node, Constraint constraint)
    {
        var left = Resolve(node, constraint.LTarget);
        var right = Resolve(node, constraint.RTarget);
        return constraint.Operand switch
        {
            // There is one node: every allocation of a job is alone on it.
            "distinct_hosts" or "distinct_property" => true,
            "is_set" => left is not null,
            "is_not_set" => left is null,
            "!=" or "not" => left != right,
            _ when left is null || right is null => false,
            "=" or "==" or "is" => left == right,
            ">" => string.CompareOrdinal(left, right) > 0,
            ">=" => string.CompareOrdinal(left, right) >= 0,
            "<" => string.CompareOrdinal(left, right) < 0,
            "<=" => string.CompareOrdinal(left, right) <= 0,
            "regexp" => Regex.IsMatch(left, right, RegexOptions.None, TimeSpan.FromSeconds(1)),
            "set_contains" or "set_contains_all" => Set(right).IsSubsetOf(Set(left)),
            "set_contains_any" => Set(right).Overlaps(Set(left)),
            "version" or "semver" => VersionRange.Contains(left, right),
            _ => false,
        };
    }

    private static HashSet<string> Set(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries)];

    private static string? Resolve(Node node, string target)
    {
        if (!Reference().IsMatch(target))
            return target;
        var name = target[2..^1];
        return name switch
        {
            "node.unique.id" => node.ID,
            "node.unique.name" => node.Name,
            "node.datacenter" => node.Datacenter,
            "node.class" => node.NodeClass,
            "node.region" => "global",
            _ when name.StartsWith("attr.", StringComparison.Ordinal) => node.Attributes.GetValueOrDefault(name[5..]),
            _ when name.StartsWith("meta.", StringComparison.Ordinal) => node.Meta.GetValueOrDefault(name[5..]),
            _ => null,
        };
    }

    [GeneratedRegex(@"^\$\{[^}]+\}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
