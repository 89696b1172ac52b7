using Nuke.Common.Execution;

namespace Nuke.Common;

/// <summary>Defines a target: <c>Target Deploy =&gt; _ =&gt; _.DependsOn(Render).Executes(() =&gt; ...)</c>.</summary>
/// <param name="definition">The definition to add to.</param>
/// <returns>The same definition, to chain calls.</returns>
public delegate ITargetDefinition Target(ITargetDefinition definition);

/// <summary>Questions about collections of targets.</summary>
public static class ExecutableTargetExtensions
{
    /// <summary>Whether the target behind a property of the build is in a collection.</summary>
    /// <param name="targets">For instance <see cref="NukeBuild.InvokedTargets"/>.</param>
    /// <param name="target">The property of the build.</param>
    public static bool Contains(this IEnumerable<ExecutableTarget> targets, Target target) =>
        targets.Any(x => x.Factory.Equals(target));
}
