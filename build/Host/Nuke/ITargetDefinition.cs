using System.Runtime.CompilerServices;

namespace Nuke.Common;

/// <summary>What a target is: its work, its place in the graph and its conditions. Every call returns the same definition.</summary>
/// <remarks>
/// Requirements are plain delegates here, where NUKE takes expression trees: the same source compiles against both,
/// and nothing has to be built or compiled at start. That is why there is an overload for each number of requirements.
/// </remarks>
public interface ITargetDefinition
{
    /// <summary>What <c>--help</c> says of the target; it lists those of one source file together.</summary>
    ITargetDefinition Description(string description, [CallerFilePath] string file = "");

    /// <summary>Adds work.</summary>
    ITargetDefinition Executes(params Action[] actions);

    /// <summary>Adds work whose result is not looked at; a task is waited for.</summary>
    ITargetDefinition Executes<T>(Func<T> action);

    /// <summary>Adds work that the host waits for.</summary>
    ITargetDefinition Executes(Func<Task> action);

    /// <summary>These targets are executed too, before this one.</summary>
    ITargetDefinition DependsOn(params Target[] targets);

    /// <summary>This target is executed too, before those.</summary>
    ITargetDefinition DependentFor(params Target[] targets);

    /// <summary>Skips the target unless the condition holds when its turn comes.</summary>
    ITargetDefinition OnlyWhenDynamic(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? conditionExpression = null);

    /// <summary>Skips the target unless the condition holds before anything runs.</summary>
    ITargetDefinition OnlyWhenStatic(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? conditionExpression = null);

    /// <summary>The parameter must have a value, else nothing runs and the exit code is 2.</summary>
    ITargetDefinition Requires<T>(
        Func<T?> parameter, [CallerArgumentExpression(nameof(parameter))] string? expression = null)
        where T : class;

    /// <summary>The parameters must have a value, else nothing runs and the exit code is 2.</summary>
    ITargetDefinition Requires<T>(
        Func<T?> first, Func<T?> second,
        [CallerArgumentExpression(nameof(first))] string? firstExpression = null,
        [CallerArgumentExpression(nameof(second))] string? secondExpression = null)
        where T : class;

    /// <summary>The parameters must have a value, else nothing runs and the exit code is 2.</summary>
    ITargetDefinition Requires<T>(
        Func<T?> first, Func<T?> second, Func<T?> third,
        [CallerArgumentExpression(nameof(first))] string? firstExpression = null,
        [CallerArgumentExpression(nameof(second))] string? secondExpression = null,
        [CallerArgumentExpression(nameof(third))] string? thirdExpression = null)
        where T : class;

    /// <summary>The parameter must have a value, else nothing runs and the exit code is 2.</summary>
    ITargetDefinition Requires<T>(
        Func<T?> parameter, [CallerArgumentExpression(nameof(parameter))] string? expression = null)
        where T : struct;

    /// <summary>The condition must hold before anything runs, else nothing runs and the exit code is 2.</summary>
    ITargetDefinition Requires(
        Func<bool> requirement, [CallerArgumentExpression(nameof(requirement))] string? expression = null);

    /// <summary>What becomes of the dependencies that no other target needs when this one is skipped.</summary>
    ITargetDefinition WhenSkipped(DependencyBehavior dependencyBehavior);

    /// <summary>If those run as well, this one runs before them.</summary>
    ITargetDefinition Before(params Target[] targets);

    /// <summary>If those run as well, this one runs after them.</summary>
    ITargetDefinition After(params Target[] targets);

    /// <summary>Those targets are executed too, after this one.</summary>
    ITargetDefinition Triggers(params Target[] targets);

    /// <summary>This target is executed too, after any of those.</summary>
    ITargetDefinition TriggeredBy(params Target[] targets);

    /// <summary>The target runs even when one before it has failed or the run was cancelled.</summary>
    ITargetDefinition AssuredAfterFailure();

    /// <summary>The targets after this one run even when it fails.</summary>
    ITargetDefinition ProceedAfterFailure();

    /// <summary><c>--help</c> and completion do not list the target.</summary>
    ITargetDefinition Unlisted();

    /// <summary>Takes over the definition of other targets.</summary>
    ITargetDefinition Inherit(params Target[] targets);
}

/// <summary>What becomes of the dependencies of a skipped target.</summary>
public enum DependencyBehavior
{
    /// <summary>Those that no other target needs are skipped too.</summary>
    Skip,

    /// <summary>They are executed.</summary>
    Execute,
}
