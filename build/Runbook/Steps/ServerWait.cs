using System.Globalization;
using System.Text.RegularExpressions;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Waits until the server takes writes. That it accepts connections says little: it does so in recovery, too.</summary>
public sealed partial class ServerWait(ClusterSettings settings, NomadClient nomad, IRunListener listener, TimeProvider time)
{
    private const string Position = "select pg_is_in_recovery()::text || ' ' || coalesce(pg_last_wal_replay_lsn()::text, '-') || ' ' || extract(epoch from pg_postmaster_start_time())::bigint";

    // A server that ends this often while we wait does not come up: waiting longer only hides why.
    private const int HopelessEnds = 2;

    // The same before we began: a server that ended so often lately is not coming up either.
    private const int HopelessStarts = 3;

    // Ends that lie further apart are the history of a long life, not of this start.
    private static readonly TimeSpan HopelessWithin = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private int? _endsBefore;

    // The server of the version before may still answer while Nomad has not yet acted on the new one.
    private long _version;

    /// <summary>Asks until recovery has ended, of the server of the job's newest version and of no earlier one.</summary>
    /// <exception cref="ServerDownException">It did not within the limit, or its task keeps failing.</exception>
    public async Task UntilWritableAsync(TimeSpan limit, CancellationToken ct)
    {
        _version = (await nomad.JobAsync(settings.Postgres.JobName, ct))?.Version ?? 0;
        var query = new ServerQuery(settings, nomad);
        var placement = new PlacementWatch(nomad, time);
        var shown = "";
        var up = await new Deadline(time, limit).UntilAsync(
            async () =>
            {
                if (await query.AllocationAsync(ct) is not { } allocation || allocation.JobVersion < _version)
                {
                    await ThrowIfHopelessAsync(ct);
                    if (await placement.LookAsync(settings.Postgres.JobName, ct) is { } unplaced)
                        throw new ServerDownException($"Nomad cannot place job {settings.Postgres.JobName}: {unplaced.Reason}")
                        {
                            State = "its job is submitted; it starts by itself once there is a place",
                            Next = unplaced.Next,
                        };
                    return null;
                }
                try
                {
                    var answer = await query.AskAsync(allocation, Position, ct);
                    if (IsOfAnother(allocation, answer))
                        return null;
                    if (answer.StartsWith("false", StringComparison.Ordinal))
                        return "";
                    if (answer != shown)
                        listener.Note($"in recovery, replayed to {(shown = answer).Split(' ').ElementAtOrDefault(1)}");
                }
                catch (RunbookException e)
                {
                    ThrowIfLockedOut(allocation, e.Message);
                    // Not up yet: it says so by refusing the connection.
                    ThrowIfHopeless(allocation, await LogAsync(allocation, ct));
                }
                return null;
            }, ct);
        if (up is null)
            throw new ServerDownException($"the server does not take writes after {Words.Span(limit)}{(shown.Length > 0 ? ": it is still in recovery" : "")}")
            {
                Recovers = shown.Length > 0,
                State = "its job is submitted and Nomad continues to try",
                Next = "./build.sh Logs",
            };
    }

    private async Task ThrowIfHopelessAsync(CancellationToken ct)
    {
        var last = (await nomad.AllocationsAsync(ct)).LastOrDefault(a => a.JobId == settings.Postgres.JobName && a.JobVersion >= _version);
        if (last is not null)
            ThrowIfHopeless(last, await LogAsync(last, ct));
    }

    private void ThrowIfHopeless(NomadAllocation allocation, string log)
    {
        var task = allocation.Tasks.FirstOrDefault(t => t.Name == NodeChannel.ServerTask);
        if (task is { WaitsFor: { Length: > 0 } path })
            throw new ServerDownException($"the server's task waits for the Nomad variable {path}, which is not there or may not be read by it")
            {
                State = "its job is submitted; it starts by itself once the variable is there",
                Next = $"nomad var put {path} KEY=@FILE (docs/configuration.md, Secrets), then the same command",
            };
        var ends = task?.Events.Where(e => e.Type is "Terminated" or "Driver Failure").ToList() ?? [];
        _endsBefore = Math.Min(_endsBefore ?? ends.Count, ends.Count);
        var hopeless = ends.Count - _endsBefore >= HopelessEnds
            || (ends.Count >= HopelessStarts && ends[^1].At - ends[^HopelessStarts].At < HopelessWithin);
        // Our own entry script refuses with 3, a shell cannot start a program with 126 or 127: none of it heals by itself.
        var refused = ends.Count > 0 && ends[^1].ExitCode is 3 or 126 or 127;
        var words = ServerWords.Of(log);
        if (!refused && !hopeless && !(ends.Count > 0 && words.StandsForGood) && allocation.ClientStatus != "failed")
            return;
        throw new ServerDownException($"the server does not start: {(words.Reason.Length > 0 ? words.Reason : task?.Explanation ?? allocation.ClientStatus)}")
        {
            Allocation = allocation.ShortId,
            Said = words.Last,
            State = "its job is submitted and Nomad continues to try",
            Next = "./build.sh Logs",
        };
    }

    // A server that lost its task answers on the same socket until the new task has stopped it. Both times are of the node's clock.
    private static bool IsOfAnother(NomadAllocation allocation, string answer) =>
        answer.Split(' ') is [_, _, var began] && long.TryParse(began, CultureInfo.InvariantCulture, out var seconds)
        && allocation.Tasks.FirstOrDefault(t => t.Name == NodeChannel.ServerTask)?.Events.LastOrDefault(e => e.Type == "Started") is { } started
        && DateTimeOffset.FromUnixTimeSeconds(seconds) < started.At - OneSecond;

    // The server runs and lets the superuser in by no name that we have: no waiting changes that.
    private static void ThrowIfLockedOut(NomadAllocation allocation, string said)
    {
        if (LockedOut().Match(said) is not { Success: true } why)
            return;
        throw new ServerDownException($"the server runs, but the runbook cannot log in as its superuser postgres: {why.Value}")
        {
            Allocation = allocation.ShortId,
            State = "its job is submitted and its server runs; no data was changed",
            Next = "on the node, as the superuser that the cluster has: create role postgres superuser login; create database postgres; then the same command",
        };
    }

    [GeneratedRegex("""role ".*?" does not exist|database ".*?" does not exist|role ".*?" is not permitted to log in|Peer authentication failed for user "[^"]*"|Peer authentication failed""", RegexOptions.CultureInvariant)]
    private static partial Regex LockedOut();

    private Task<string> LogAsync(NomadAllocation allocation, CancellationToken ct) =>
        nomad.LogsSoFarAsync(allocation, NodeChannel.ServerTask, standardError: true, ct);
}
