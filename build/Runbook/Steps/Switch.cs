using System.Globalization;
using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Switches the server over to the copy of an online restore, within its own task, and sees it through.</summary>
public sealed class Switch(
    ClusterSettings settings, NomadClient nomad, ClusterReader reader, NodeChannel node, IRunListener listener, TimeProvider time)
{
    // A call that was lost may have begun before it was; what has not begun by then will not.
    private static readonly TimeSpan BeginLimit = TimeSpan.FromSeconds(30);

    /// <summary>Switches over.</summary>
    /// <exception cref="RunbookException">The new server does not take writes.</exception>
    public async Task RunAsync(string id, CancellationToken ct)
    {
        var server = await new ServerQuery(settings, nomad).AllocationAsync(ct)
            ?? throw new RunbookException(ExitCode.Failed, "the server's task does not run: there is nothing to switch over")
            {
                State = $"restore {id} is ready; the live directory is untouched",
                Next = "./build.sh Undo, or start the server's job and run the same command again",
            };
        // Stop and start both have their own limits; the operation waits for both.
        var limit = settings.Postgres.KillTimeout + settings.Postgres.StartTimeout;
        var outcome = await AskAsync(id, server, limit, ct);
        if (outcome is { ExitCode: 0 })
            Say(outcome.Output);
        var facts = await SettledAsync(id, outcome, limit, ct);
        if (facts.Node?.Restore is { } restore && Reached.Line(restore) is { Length: > 0 } line)
            listener.Note(line);
    }

    private async Task<Outcome?> AskAsync(string id, NomadAllocation server, TimeSpan limit, CancellationToken ct)
    {
        try
        {
            return await node.TryAsync("switch", string.Create(CultureInfo.InvariantCulture, $"{id} {(long)limit.TotalSeconds}"), server, limit + BeginLimit, ct);
        }
        catch (RunbookException e)
        {
            listener.Warn($"the call was lost; checking the result: {e.Message}");
            return null;
        }
    }

    private void Say(string output)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.TrimEntries).Where(RestoreWatch.IsSentence))
            listener.Note(line);
        if (new FactLines(output).Value("switch.downtime") is { Length: > 0 } seconds)
            listener.Note($"downtime: {seconds} s");
    }

    private async Task<ClusterFacts> SettledAsync(string id, Outcome? outcome, TimeSpan limit, CancellationToken ct)
    {
        // The operation's own error is its last word; without one the call may have been cut off from work that goes on.
        var refused = outcome is { ExitCode: not 0 } && outcome.Error.Split('\n').Any(l => l.StartsWith("error: ", StringComparison.Ordinal));
        var deadline = new Deadline(time, limit);
        ClusterFacts? seen = null;
        var settled = await deadline.UntilAsync(
            async () =>
            {
                seen = await ReadAsync(ct) ?? seen;
                var begun = seen?.Node?.Restore is not { Phase: "ready" };
                return (seen is not null && Serves(seen, id)) || refused || (!begun && deadline.Elapsed > BeginLimit) ? "" : null;
            }, ct);
        if (settled is not null && seen is not null && Serves(seen, id))
            return seen;
        throw new RunbookException(
            ExitCode.Failed, $"the server did not switch over to restore {id}: {(outcome is null ? "the call was lost" : outcome.ExitCode == 0 ? "it does not take writes" : outcome.Reason)}")
        {
            State = seen?.Node?.Restore is { } left ? $"phase {left.Phase}; {(seen.ServerAnswers ? "the server answers" : "the server does not answer")}" : "",
            Next = "the same command continues; ./build.sh Logs shows the server's log, ./build.sh Undo returns to the old data",
        };
    }

    private static bool Serves(ClusterFacts facts, string id) =>
        facts is { ServerAnswers: true, Node: { Recovering: false } node } && (node.Restore is null || (node.Restore.Id == id && node.Restore.Phase == "started"));

    private async Task<ClusterFacts?> ReadAsync(CancellationToken ct)
    {
        try
        {
            return await reader.ReadAsync(ct);
        }
        catch (RunbookException)
        {
            return null;
        }
    }
}
