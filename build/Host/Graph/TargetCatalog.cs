using System.Reflection;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Host.Graph;

/// <summary>Reads the targets of a build from its properties and ties them into a graph.</summary>
internal static class TargetCatalog
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>All targets in order of declaration.</summary>
    /// <exception cref="BuildDefinitionException">A target refers to itself or to what is no target of the build.</exception>
    public static IReadOnlyList<ExecutableTarget> Read(NukeBuild build, IReadOnlyCollection<Target> defaults)
    {
        // A private member of a base class is not among the members of the derived one.
        var targets = Ancestry(build.GetType())
            .SelectMany(x => x.GetProperties(Members | BindingFlags.DeclaredOnly))
            .Where(x => x.PropertyType == typeof(Target))
            .DistinctBy(x => x.Name)
            .Select(x => Create(x, build, defaults))
            .ToList();
        foreach (var target in targets)
            Connect(target, targets);
        return targets;
    }

    private static IEnumerable<Type> Ancestry(Type type)
    {
        for (Type? x = type; x is not null && x != typeof(NukeBuild); x = x.BaseType)
            yield return x;
    }

    private static ExecutableTarget Create(PropertyInfo property, NukeBuild build, IReadOnlyCollection<Target> defaults)
    {
        var factory = (Target)property.GetValue(build)!;
        var definition = new TargetDefinition();
        factory(definition);
        return new ExecutableTarget(property.Name, factory, definition, defaults.Contains(factory));
    }

    private static void Connect(ExecutableTarget target, IReadOnlyList<ExecutableTarget> all)
    {
        target.ExecutionDependencies = Neighbours(target, all, x => x.DependsOnTargets, x => x.DependentForTargets);
        target.OrderDependencies = Neighbours(target, all, x => x.AfterTargets, x => x.BeforeTargets);
        target.TriggerDependencies = Neighbours(target, all, x => x.TriggeredByTargets, x => x.TriggersTargets);
        target.Triggers = Neighbours(target, all, x => x.TriggersTargets, x => x.TriggeredByTargets);
    }

    private static List<ExecutableTarget> Neighbours(
        ExecutableTarget target,
        IReadOnlyList<ExecutableTarget> all,
        Func<TargetDefinition, List<Target>> named,
        Func<TargetDefinition, List<Target>> naming)
    {
        var result = named(target.Definition)
            .Select(x => all.FirstOrDefault(y => y.Factory.Equals(x))
                ?? throw new BuildDefinitionException($"Target {target.Name} refers to something that is no target of this build."))
            .Concat(all.Where(x => naming(x.Definition).Exists(y => y.Equals(target.Factory))))
            .Distinct()
            .ToList();
        return result.Contains(target)
            ? throw new BuildDefinitionException($"Target {target.Name} refers to itself.")
            : result;
    }
}

/// <summary>The build itself is written wrongly: nobody who merely runs it can help that.</summary>
internal sealed class BuildDefinitionException(string message) : Exception(message);
