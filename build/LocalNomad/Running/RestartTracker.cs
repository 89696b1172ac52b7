using LocalNomad.Model;

namespace LocalNomad.Running;

/// <summary>Decides what follows when a task has ended by itself.</summary>
internal sealed class RestartTracker(TimeProvider time, Func<double> random)
{
    private const double Jitter = 0.25;

    private DateTimeOffset _intervalStart = DateTimeOffset.MinValue;
    private int _count;

    /// <param name="policy">The policy as it is now; a job can change it while the task runs.</param>
    /// <param name="succeeded">Whether the task ended with exit code 0.</param>
    /// <param name="keepsRunning">Whether the task is meant to run on, so that any end of it is one too early.</param>
    public RestartDecision Decide(RestartPolicy policy, bool succeeded, bool keepsRunning)
    {
        if (succeeded && !keepsRunning)
            return new RestartDecision(RestartAction.Done, "", TimeSpan.Zero);
        if (policy.Attempts == 0)
            return new RestartDecision(RestartAction.Fail, "Policy allows no restarts", TimeSpan.Zero);
        var now = time.GetUtcNow();
        var interval = Duration.ToTimeSpan(policy.Interval);
        if (_count == 0 || now - _intervalStart >= interval)
            (_intervalStart, _count) = (now, 0);
        _count++;
        if (_count <= policy.Attempts)
        {
            var delay = Duration.ToTimeSpan(policy.Delay);
            return new RestartDecision(RestartAction.Restart, Restarts.WithinPolicy, delay + (delay * Jitter * random()));
        }

        return policy.Mode == RestartModes.Fail
            ? new RestartDecision(RestartAction.Fail,
                $"Exceeded allowed attempts {policy.Attempts} in interval {Duration.Format(policy.Interval)} and mode is \"fail\"", TimeSpan.Zero)
            : new RestartDecision(RestartAction.Restart, "Exceeded allowed attempts, applying a delay", _intervalStart + interval - now);
    }
}

internal enum RestartAction
{
    Done,
    Fail,
    Restart,
}

internal readonly record struct RestartDecision(RestartAction Action, string Reason, TimeSpan Delay);
