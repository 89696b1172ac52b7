using Runbook.Nomad;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>
/// Follows the server's new job. Where it does not come up, Nomad's own revert brings the last version back that was: an
/// outage for want of a good configuration should not outlast its being noticed.
/// </summary>
public sealed class Rollout(ClusterSettings settings, NomadClient nomad, IRunListener listener, TimeProvider time)
{
    /// <summary>Waits for the new server, and goes back when it fails.</summary>
    /// <exception cref="RunbookException">It did not come up; says what serves now.</exception>
    public async Task FollowAsync(FollowRollout step, CancellationToken ct)
    {
        try
        {
            await WaitAsync(step.Limit, ct);
        }
        catch (ServerDownException e) when (!e.Recovers)
        {
            await GoBackAsync(step, e, ct);
        }
    }

    /// <summary>The version to go back to.</summary>
    /// <param name="history">Those that Nomad still has, newest first; the first is the one that failed.</param>
    /// <param name="before">The one whose server answered before; null when none did.</param>
    /// <returns>Null when no earlier one that asks for something else is known to have been up.</returns>
    public static NomadJob? Last(IReadOnlyList<NomadJob> history, long? before)
    {
        var earlier = history.Skip(1).Where(j => !j.Stopped && j.Content != history[0].Content).ToList();
        return earlier.FirstOrDefault(j => j.Version == before) ?? earlier.FirstOrDefault(j => j.Stable);
    }

    private async Task GoBackAsync(FollowRollout step, ServerDownException failed, CancellationToken ct)
    {
        var id = settings.Postgres.JobName;
        var history = await nomad.HistoryAsync(id, ct);
        var back = Last(history, step.Before);
        foreach (var line in failed.Said)
            listener.Note($"{id}: {line}");
        if (back is null)
            throw new RunbookException(failed.Code, failed.Message, failed)
            {
                State = $"there is no other version of job {id} that is known to have run, so there is none to return to; {failed.State}",
                Next = failed.Next,
            };
        listener.Warn($"{failed.Message}; returning to version {back.Version} of job {id}, submitted {Words.At(back.SubmittedAt)}");
        await nomad.RevertAsync(history[0], back.Version, ct);
        try
        {
            await WaitAsync(step.Limit, ct);
        }
        catch (ServerDownException e)
        {
            throw new RunbookException(failed.Code, $"{failed.Message}; and version {back.Version}, which ran before, does not start either: {e.Message}", e)
            {
                State = $"job {id} is back on version {back.Version}, and Nomad continues to try; the data directory is untouched by us",
                Next = e.Next,
            };
        }
        throw new RunbookException(failed.Code, failed.Message, failed)
        {
            State = $"back on version {back.Version} of job {id} (submitted {Words.At(back.SubmittedAt)}), which takes writes; "
                + "the other jobs have the new configuration, and so has jobs/",
            Next = (failed.Allocation.Length > 0 ? $"nomad alloc logs -stderr {failed.Allocation} shows all that the failed server said; " : "")
                + "correct the configuration, then ./build.sh Deploy",
        };
    }

    // Each wait counts the ends of its own server.
    private Task WaitAsync(TimeSpan limit, CancellationToken ct) =>
        new ServerWait(settings, nomad, listener, time).UntilWritableAsync(limit, ct);
}
