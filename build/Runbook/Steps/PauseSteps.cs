using System.Globalization;
using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Carries out the steps that pause and resume the schedules.</summary>
public sealed class PauseSteps(ClusterSettings settings, NomadClient nomad, NodeChannel node)
{
    /// <summary>Writes the pause down.</summary>
    /// <exception cref="RunbookException">The node cannot be told, or did not keep it.</exception>
    public async Task RecordAsync(RecordPause step, CancellationToken ct)
    {
        var (since, by, reason) = step.Pause;
        // The node takes them apart at blanks; the reason, which may hold some, comes last.
        var said = await TellAsync("pause", $"{since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {by.Replace(' ', '_')} {reason}", ct);
        if (SchedulePause.Parse(new FactLines(said)) is null)
            throw new RunbookException(ExitCode.Failed, "the node did not confirm the pause")
            {
                State = "the schedules continue",
                Next = "./build.sh Status",
            };
    }

    /// <summary>Stops the periodic jobs and sees that they are.</summary>
    /// <exception cref="RunbookException">One goes on.</exception>
    public async Task HoldAsync(HoldSchedules step, CancellationToken ct)
    {
        await Task.WhenAll(step.JobIds.Select(id => nomad.StopAsync(id, purge: false, ct)));
        foreach (var id in step.JobIds)
        {
            if (await nomad.JobAsync(id, ct) is { Stopped: false })
                throw new RunbookException(ExitCode.Failed, $"job {id} was stopped in Nomad, but still runs")
                {
                    State = "the pause is recorded: its runs do nothing",
                    Next = "the same command again",
                };
        }
    }

    /// <summary>Takes the pause back.</summary>
    /// <exception cref="RunbookException">The node cannot be told.</exception>
    public Task EndAsync(CancellationToken ct) => TellAsync("resume", "", ct);

    private async Task<string> TellAsync(string operation, string argument, CancellationToken ct) =>
        await node.AskAsync(operation, argument, await new ServerQuery(settings, nomad).AllocationAsync(ct), ct);
}
