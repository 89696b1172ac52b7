using Runbook.Run;
using Runbook.Settings;

namespace Runbook.Status;

/// <summary>What was done to a cluster: by anybody, as Nomad keeps it, and on this machine with all details.</summary>
public static class History
{
    /// <summary>Reads it.</summary>
    /// <param name="session">With the cluster; null where nothing of it can be asked.</param>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="profile">Of the cluster.</param>
    /// <param name="files">Records of this machine.</param>
    /// <param name="say">Tells the operator, beside the answer.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The runs, each with the file of its whole record where this machine has it.</returns>
    public static async Task<IReadOnlyList<(HistoryEntry Entry, string? File)>> ReadAsync(
        Session? session, ClusterSettings settings, string profile, RunFiles files, Action<string> say, CancellationToken ct)
    {
        var runs = files.Read().Where(f => f.Record.Cluster == settings.ClusterName && f.Record.Profile == profile)
            .ToDictionary(f => f.Record.Id, f => (Entry: f.Record.ToEntry(), File: (string?)f.Path), StringComparer.Ordinal);
        if (session is null)
            return [.. runs.Values];
        try
        {
            var holder = session.Lock.LastHolderAsync(ct);
            foreach (var entry in await session.History.ReadAsync(ct))
            {
                // What this machine wrote down is not cut short; but only Nomad may know how it ended.
                if (!runs.TryGetValue(entry.Id, out var known) || (known.Entry.ExitCode is null && entry.ExitCode is not null))
                    runs[entry.Id] = (entry, known.File);
            }
            if (await holder is var (held, atWork))
                runs.TryAdd(held.Run, (new HistoryEntry(held.Run, held.Target, held.Holder, held.Since, atWork ? "running" : "killed"), null));
        }
        catch (RunbookException e)
        {
            say($"warning: only what this machine did is shown: {e.Message}");
        }
        return [.. runs.Values];
    }

    /// <summary>How many runs are to be shown.</summary>
    /// <exception cref="RunbookException">None.</exception>
    public static int Last(int last) => last > 0
        ? last
        : throw new RunbookException(ExitCode.WrongUse, $"--last {last}: at least one run is to be shown") { State = "nothing was changed", Next = "./build.sh History --last 20" };
}
