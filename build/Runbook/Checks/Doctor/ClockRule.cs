using Runbook.Output;

namespace Runbook.Checks;

/// <summary>Whether the clocks of this machine and of the node agree: points in time are typed by the one and were written by the other. Pure.</summary>
public static class ClockRule
{
    // The node tells its clock to the second.
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Warning = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Wrong = TimeSpan.FromMinutes(1);

    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        if (look.Node?.Host is not { } host)
            yield break;
        // It was read somewhere between question and answer; only what lies outside of that is off.
        var off = host.Clock < look.Facts.AskedAt - Grain ? look.Facts.AskedAt - host.Clock
            : host.Clock > look.Facts.AnsweredAt + Grain ? host.Clock - look.Facts.AnsweredAt
            : TimeSpan.Zero;
        yield return off == TimeSpan.Zero
            ? new Diagnosis(DoctorState.Ok, "host", "clock", $"agrees with this machine's; time zone {host.Zone}")
            : new Diagnosis(off > Wrong ? DoctorState.Fail : off > Warning ? DoctorState.Warn : DoctorState.Ok, "host", "clock", $"is {Words.Span(off)} {(host.Clock < look.Facts.AskedAt ? "behind" : "ahead of")} this machine's")
            {
                Remedy = off > Warning ? "timedatectl on both shows which of them is not synchronised" : "",
            };
    }
}
