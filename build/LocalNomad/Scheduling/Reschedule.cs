using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>Whether and when a failed allocation is followed by another.</summary>
internal static class Reschedule
{
    /// <returns>Null if the policy allows no further attempt.</returns>
    public static TimeSpan? DelayOf(Allocation failed, ReschedulePolicy policy, DateTimeOffset now)
    {
        var events = failed.RescheduleTracker?.Events ?? [];
        if (!policy.Unlimited)
        {
            var since = UnixTime.Nanoseconds(now) - policy.Interval;
            if (policy.Attempts == 0 || events.Count(attempt => attempt.RescheduleTime >= since) >= policy.Attempts)
                return null;
        }

        return Duration.ToTimeSpan(Delay(events, policy));
    }

    public static RescheduleTracker Track(Allocation failed, ReschedulePolicy policy, DateTimeOffset now)
    {
        var events = failed.RescheduleTracker?.Events ?? [];
        return new RescheduleTracker(
            [.. events.TakeLast(4), new RescheduleEvent(Delay(events, policy), failed.ID, failed.NodeID, UnixTime.Nanoseconds(now))]);
    }

    private static long Delay(IReadOnlyList<RescheduleEvent> events, ReschedulePolicy policy)
    {
        var delay = policy.DelayFunction switch
        {
            "exponential" when events.Count > 0 => events[^1].Delay * 2,
            "fibonacci" when events.Count > 1 => events[^1].Delay + events[^2].Delay,
            _ => policy.Delay,
        };
        return policy.MaxDelay > 0 ? Math.Min(delay, policy.MaxDelay) : delay;
    }
}
