using Host.Run;
using Nuke.Common.Execution;

namespace Nuke.Common;

/// <summary>
/// The base of a build. It declares <c>static int Main() =&gt; Execute&lt;Build&gt;(x =&gt; x.Status)</c>, its targets as
/// properties of type <see cref="Target"/> and its parameters as members with <see cref="ParameterAttribute"/>.
/// </summary>
public abstract partial class NukeBuild
{
    /// <summary>Runs the build with the arguments of this process.</summary>
    /// <param name="defaultTargets">What runs when no target is named.</param>
    /// <returns>
    /// The exit code of the process: 0 done, 1 a target failed (or <see cref="ExitCode"/>), 2 wrong use and nothing was
    /// run, 130 or 143 cancelled by SIGINT or SIGTERM.
    /// </returns>
    protected static int Execute<T>(params Func<T, Target>[] defaultTargets)
        where T : NukeBuild, new() => BuildProcess.Run(defaultTargets);

    /// <summary>The targets of this run, in the order in which they run.</summary>
    public IReadOnlyCollection<ExecutableTarget> ExecutionPlan { get; internal set; } = [];

    /// <summary>The targets that were named on the command line.</summary>
    public IReadOnlyCollection<ExecutableTarget> InvokedTargets => [.. ExecutionPlan.Where(x => x.Invoked)];

    /// <summary>The targets that are skipped.</summary>
    public IReadOnlyCollection<ExecutableTarget> SkippedTargets => With(ExecutionStatus.Skipped);

    /// <summary>The targets whose turn has not come.</summary>
    public IReadOnlyCollection<ExecutableTarget> ScheduledTargets => With(ExecutionStatus.Scheduled);

    /// <summary>The targets at work: one at most.</summary>
    public IReadOnlyCollection<ExecutableTarget> RunningTargets => With(ExecutionStatus.Running);

    /// <summary>The targets that were at work when the run was cancelled.</summary>
    public IReadOnlyCollection<ExecutableTarget> AbortedTargets => With(ExecutionStatus.Aborted);

    /// <summary>The targets that failed.</summary>
    public IReadOnlyCollection<ExecutableTarget> FailedTargets => With(ExecutionStatus.Failed);

    /// <summary>The targets that succeeded.</summary>
    public IReadOnlyCollection<ExecutableTarget> SucceededTargets => With(ExecutionStatus.Succeeded);

    /// <summary>The targets that failed or succeeded.</summary>
    public IReadOnlyCollection<ExecutableTarget> FinishedTargets => [.. FailedTargets, .. SucceededTargets];

    /// <summary>Whether the plan of the run is only shown.</summary>
    public bool Plan { get; internal set; }

    /// <summary>Whether only help is shown.</summary>
    public bool Help { get; internal set; }

    /// <summary>Accepted as NUKE does; there is no logo to leave out.</summary>
    public bool NoLogo { get; set; }

    /// <summary>Whether no target has failed, was aborted or was left out because of another's failure.</summary>
    public bool IsSucceeding => !IsFailing;

    /// <summary>Whether a target has failed, was aborted or was left out because of another's failure.</summary>
    public bool IsFailing => ExecutionPlan.Any(x =>
        x.Status is ExecutionStatus.Failed or ExecutionStatus.Aborted or ExecutionStatus.NotRun);

    /// <summary>Whether no target is left to run.</summary>
    public bool IsFinished => !ScheduledTargets.Concat(RunningTargets).Any();

    /// <summary>
    /// The exit code of the process. Null, the default, gives 0 on success and 1 on failure. A cancelled run ends with
    /// 130 or 143 whatever stands here.
    /// </summary>
    public int? ExitCode { get; set; }

    /// <summary>Called when the build was created: parameters have no values yet.</summary>
    protected internal virtual void OnBuildCreated()
    {
    }

    /// <summary>Called when parameters have their values and requirements were checked, before the first target.</summary>
    protected internal virtual void OnBuildInitialized()
    {
    }

    /// <summary>Called after the last target, whether the build succeeded or not.</summary>
    protected internal virtual void OnBuildFinished()
    {
    }

    /// <summary>Called before a target starts.</summary>
    /// <param name="target">Its name.</param>
    protected internal virtual void OnTargetRunning(string target)
    {
    }

    /// <summary>Called when a target is skipped.</summary>
    /// <param name="target">Its name.</param>
    protected internal virtual void OnTargetSkipped(string target)
    {
    }

    /// <summary>Called when a target has succeeded.</summary>
    /// <param name="target">Its name.</param>
    protected internal virtual void OnTargetSucceeded(string target)
    {
    }

    /// <summary>Called when a target has failed.</summary>
    /// <param name="target">Its name.</param>
    protected internal virtual void OnTargetFailed(string target)
    {
    }

    private List<ExecutableTarget> With(ExecutionStatus status) => [.. ExecutionPlan.Where(x => x.Status == status)];
}
