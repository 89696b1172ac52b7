using Host.Signals;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Host.Run;

/// <summary>Runs the targets of a plan one after the other.</summary>
internal sealed class Executor(NukeBuild build, Chrome chrome, TimeProvider time, IStopRequest stop)
{
    /// <summary>Runs what is scheduled. After a failure or a request to stop, only what is assured to run still does.</summary>
    public void Run(IReadOnlyList<ExecutableTarget> plan)
    {
        var stopped = false;
        foreach (var target in plan)
        {
            stopped |= stop.ExitCode is not null;
            if (target.Status == ExecutionStatus.Skipped)
                build.OnTargetSkipped(target.Name);
            else if (!stopped || target.Definition.IsAssuredAfterFailure)
                stopped |= !RunOne(target, plan) && !target.Definition.IsProceedAfterFailure;
            else
                target.Status = target.Definition.Actions.Count == 0 ? ExecutionStatus.Collective : ExecutionStatus.NotRun;
        }
    }

    /// <returns>Whether the targets after it may run.</returns>
    private bool RunOne(ExecutableTarget target, IReadOnlyList<ExecutableTarget> plan)
    {
        var start = time.GetTimestamp();
        var before = build.ExitCode;
        try
        {
            if (Skipping.ByDynamicConditions(target, plan))
            {
                build.OnTargetSkipped(target.Name);
                return true;
            }

            if (target.Definition.Actions.Count == 0)
            {
                target.Status = ExecutionStatus.Collective;
                return true;
            }

            stop.GoFirst();
            chrome.Starting(target, plan);
            target.Status = ExecutionStatus.Running;
            build.OnTargetRunning(target.Name);
            target.Definition.Actions.ForEach(x => x());
            target.Duration = time.GetElapsedTime(start);
            target.Status = ExecutionStatus.Succeeded;
            // A target that chose the exit code and did not throw has not failed: it says what it found. NUKE would go on with
            // the next target; what was found may be a reason not to.
            var found = build.ExitCode is { } code and not ExitCodes.Done && code != before;
            if (found)
                target.Note = $"ends with {build.ExitCode}";
            build.OnTargetSucceeded(target.Name);
            return !found;
        }
#pragma warning disable CA1031 // Whatever a target throws is a failed target.
        catch (Exception e)
#pragma warning restore CA1031
        {
            target.Duration = time.GetElapsedTime(start);
            Fail(target, Unwrap(e));
            return false;
        }
    }

    private void Fail(ExecutableTarget target, Exception exception)
    {
        // The target did what it was asked to when it gave up on a signal; without one, nobody asked.
        var cancelled = exception is OperationCanceledException && stop.IsComing();
        target.Status = cancelled ? ExecutionStatus.Aborted : ExecutionStatus.Failed;
        target.Note = FirstLine(exception.Message);
        if (cancelled)
            chrome.Cancelling(target, target.Note);
        else
            chrome.Failed(target, exception);
        build.OnTargetFailed(target.Name);
    }

    private static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var inner] } => Unwrap(inner),
        System.Reflection.TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception,
    };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
