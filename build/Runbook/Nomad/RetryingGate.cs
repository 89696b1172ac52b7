using System.Text.RegularExpressions;

namespace Runbook.Nomad;

/// <summary>Asks again, for a while, when a Nomad that has answered before goes away: its servers elect a leader, or are upgraded.</summary>
/// <param name="inner">Starts the processes.</param>
/// <param name="time">The clock.</param>
/// <param name="warn">Tells the operator that it waits.</param>
public sealed partial class RetryingGate(IProcessGate inner, TimeProvider time, Action<string> warn) : IProcessGate
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // A wrong address is told at once.
    private volatile bool _answered;

    // Since when it is away; 0 while it answers. One wait for all calls: those that a run makes on its way out do not begin another one.
    private long _away;

    /// <inheritdoc/>
    public async Task<Outcome> RunAsync(Invocation invocation, Action<string>? onOutputLine, CancellationToken cancellationToken)
    {
        var outcome = Heard(await inner.RunAsync(invocation, onOutputLine, cancellationToken));
        while (_answered && onOutputLine is null && MayRepeat(outcome) && time.GetElapsedTime(Away(outcome)) < Limit)
        {
            await Task.Delay(Pause, time, cancellationToken);
            outcome = Heard(await inner.RunAsync(invocation, onOutputLine, cancellationToken));
        }
        return outcome;
    }

    private Outcome Heard(Outcome outcome)
    {
        if (outcome.ExitCode == 0)
            _answered = true;
        // A failure is an answer, too; what another program says is none of Nomad's.
        if (outcome.Invocation.Repeat != Repeat.Never && !IsAway(outcome))
            Interlocked.Exchange(ref _away, 0);
        return outcome;
    }

    private long Away(Outcome outcome)
    {
        var now = time.GetTimestamp();
        var since = Interlocked.CompareExchange(ref _away, now, 0);
        if (since != 0)
            return since;
        warn($"Nomad does not answer; trying again for {Limit.TotalSeconds:0} s: {outcome.Reason}");
        return now;
    }

    // What never reached a server was not done. Where the answer alone was lost, only a question is put again.
    private static bool MayRepeat(Outcome outcome) => outcome.ExitCode != 0 && outcome.Invocation.Repeat switch
    {
        Repeat.Unsent => NotSent().IsMatch(outcome.Error),
        Repeat.Always => IsAway(outcome),
        _ => false,
    };

    private static bool IsAway(Outcome outcome) => outcome.ExitCode != 0 && SaysAway(outcome.Error);

    /// <summary>Whether an error says that no server answered, or that its answer was lost.</summary>
    internal static bool SaysAway(string said) => NotSent().IsMatch(said) || Lost().IsMatch(said);

    [GeneratedRegex("dial (tcp|unix).*(connection refused|no such host|no route to host|network is unreachable|i/o timeout)|No cluster leader", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NotSent();

    // Agents put "rpc error: " before whatever a server answers: only what became of the connection is an outage.
    [GeneratedRegex("EOF|connection reset by peer|broken pipe|i/o timeout|Client\\.Timeout|connection refused|No path to region"
        + "|rpc error: .*(failed to get conn|session shutdown|stream (closed|reset)|connection (closed|write timeout)|timed out|keepalive timeout|Not ready to serve consistent reads|not the leader|leadership lost)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Lost();
}
