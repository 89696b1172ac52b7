using Nuke.Common;

namespace Host.Graph;

/// <summary>Collects what a target says of itself.</summary>
internal sealed class TargetDefinition : ITargetDefinition
{
    public string? Text { get; private set; }

    /// <summary><c>Backups</c> of <c>Build.Backups.cs</c>; empty of a file without a second name.</summary>
    public string Group { get; private set; } = "";

    public bool IsListed { get; private set; } = true;
    public bool IsAssuredAfterFailure { get; private set; }
    public bool IsProceedAfterFailure { get; private set; }
    public DependencyBehavior DependencyBehavior { get; private set; }
    public List<Action> Actions { get; } = [];
    public List<Condition> StaticConditions { get; } = [];
    public List<Condition> DynamicConditions { get; } = [];
    public List<Requirement> Requirements { get; } = [];
    public List<Target> DependsOnTargets { get; } = [];
    public List<Target> DependentForTargets { get; } = [];
    public List<Target> BeforeTargets { get; } = [];
    public List<Target> AfterTargets { get; } = [];
    public List<Target> TriggersTargets { get; } = [];
    public List<Target> TriggeredByTargets { get; } = [];

    public ITargetDefinition Description(string description, string file = "")
    {
        Text = description;
        Group = Path.GetFileNameWithoutExtension(file).Split('.', 2) is [_, var group] ? group : "";
        return this;
    }

    public ITargetDefinition Executes(params Action[] actions) => Add(Actions, actions);

    // A task with a result ends up here, not in the overload for tasks: it is waited for all the same.
    public ITargetDefinition Executes<T>(Func<T> action) => Add(Actions, () => (action() as Task)?.GetAwaiter().GetResult());

    public ITargetDefinition Executes(Func<Task> action) =>
        Add(Actions, () => action().GetAwaiter().GetResult());

    public ITargetDefinition DependsOn(params Target[] targets) => Add(DependsOnTargets, targets);

    public ITargetDefinition DependentFor(params Target[] targets) => Add(DependentForTargets, targets);

    public ITargetDefinition OnlyWhenDynamic(Func<bool> condition, string? conditionExpression = null) =>
        Add(DynamicConditions, new Condition(condition, LambdaText.Body(conditionExpression)));

    public ITargetDefinition OnlyWhenStatic(Func<bool> condition, string? conditionExpression = null) =>
        Add(StaticConditions, new Condition(condition, LambdaText.Body(conditionExpression)));

    public ITargetDefinition Requires<T>(Func<T?> parameter, string? expression = null)
        where T : class => RequiresValue(() => parameter(), expression);

    public ITargetDefinition Requires<T>(
        Func<T?> first, Func<T?> second, string? firstExpression = null, string? secondExpression = null)
        where T : class => RequiresValue(() => first(), firstExpression).Requires(second, secondExpression);

    public ITargetDefinition Requires<T>(
        Func<T?> first, Func<T?> second, Func<T?> third,
        string? firstExpression = null, string? secondExpression = null, string? thirdExpression = null)
        where T : class =>
        RequiresValue(() => first(), firstExpression).Requires(second, third, secondExpression, thirdExpression);

    public ITargetDefinition Requires<T>(Func<T?> parameter, string? expression = null)
        where T : struct => RequiresValue(() => parameter(), expression);

    public ITargetDefinition Requires(Func<bool> requirement, string? expression = null) =>
        Add(Requirements, new Requirement(requirement, LambdaText.Body(expression), IsValue: false));

    public ITargetDefinition WhenSkipped(DependencyBehavior dependencyBehavior)
    {
        DependencyBehavior = dependencyBehavior;
        return this;
    }

    public ITargetDefinition Before(params Target[] targets) => Add(BeforeTargets, targets);

    public ITargetDefinition After(params Target[] targets) => Add(AfterTargets, targets);

    public ITargetDefinition Triggers(params Target[] targets) => Add(TriggersTargets, targets);

    public ITargetDefinition TriggeredBy(params Target[] targets) => Add(TriggeredByTargets, targets);

    public ITargetDefinition AssuredAfterFailure()
    {
        IsAssuredAfterFailure = true;
        return this;
    }

    public ITargetDefinition ProceedAfterFailure()
    {
        IsProceedAfterFailure = true;
        return this;
    }

    public ITargetDefinition Unlisted()
    {
        IsListed = false;
        return this;
    }

    public ITargetDefinition Inherit(params Target[] targets)
    {
        Array.ForEach(targets, x => x(this));
        return this;
    }

    private TargetDefinition RequiresValue(Func<object?> value, string? expression) =>
        Add(Requirements, new Requirement(() => !IsEmpty(value()), LambdaText.Body(expression), IsValue: true));

    private static bool IsEmpty(object? value) => value switch
    {
        null => true,
        string text => string.IsNullOrWhiteSpace(text),
        Array array => array.Length == 0,
        _ => false,
    };

    private TargetDefinition Add<T>(List<T> list, params ReadOnlySpan<T> items)
    {
        list.AddRange(items);
        return this;
    }
}

/// <summary>A condition and its source text, which is all that a person can be told of it.</summary>
internal sealed record Condition(Func<bool> Holds, string Text);

/// <summary>A requirement; <paramref name="IsValue"/> tells one on a parameter from one that is a condition.</summary>
internal sealed record Requirement(Func<bool> Holds, string Text, bool IsValue);

internal static class LambdaText
{
    /// <summary>The body of a lambda's source text: <c>() =&gt; BackupSet</c> gives <c>BackupSet</c>.</summary>
    public static string Body(string? expression)
    {
        var text = expression ?? "";
        var arrow = text.IndexOf("=>", StringComparison.Ordinal);
        return (arrow < 0 ? text : text[(arrow + 2)..]).Trim().TrimEnd('!');
    }
}
