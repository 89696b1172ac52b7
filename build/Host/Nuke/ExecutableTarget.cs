using System.Diagnostics;
using Host.Graph;

namespace Nuke.Common.Execution;

/// <summary>A target of the build, with its neighbours in the graph and its state in this run.</summary>
[DebuggerDisplay("{Name} ({Status})")]
public sealed class ExecutableTarget
{
    internal ExecutableTarget(string name, Target factory, TargetDefinition definition, bool isDefault)
    {
        Name = name;
        Factory = factory;
        Definition = definition;
        IsDefault = isDefault;
    }

    /// <summary>The name of the property.</summary>
    public string Name { get; }

    /// <summary>What <c>--help</c> says of it.</summary>
    public string? Description => Definition.Text;

    /// <summary>Whether <c>--help</c> lists it.</summary>
    public bool Listed => Definition.IsListed;

    /// <summary>The value of the property.</summary>
    public Delegate Factory { get; }

    /// <summary>Whether it runs when no target is named.</summary>
    public bool IsDefault { get; }

    /// <summary>Whether it was named on the command line.</summary>
    public bool Invoked { get; internal set; }

    /// <summary>Where it stands.</summary>
    public ExecutionStatus Status { get; internal set; }

    /// <summary>How long it worked.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>Targets that are executed before it.</summary>
    public IReadOnlyList<ExecutableTarget> ExecutionDependencies { get; internal set; } = [];

    /// <summary>Targets that come before it if they run at all.</summary>
    public IReadOnlyList<ExecutableTarget> OrderDependencies { get; internal set; } = [];

    /// <summary>Targets that trigger it.</summary>
    public IReadOnlyList<ExecutableTarget> TriggerDependencies { get; internal set; } = [];

    /// <summary>Targets that it triggers.</summary>
    public IReadOnlyList<ExecutableTarget> Triggers { get; internal set; } = [];

    internal TargetDefinition Definition { get; }

    /// <summary>What the summary says beside the status, such as the reason of a skip or the first line of an error.</summary>
    internal string? Note { get; set; }

    internal IEnumerable<ExecutableTarget> Predecessors =>
        ExecutionDependencies.Concat(OrderDependencies).Concat(TriggerDependencies);
}
