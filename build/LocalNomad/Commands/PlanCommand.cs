using LocalNomad.Hcl;
using LocalNomad.Scheduling;

namespace LocalNomad.Commands;

/// <summary>Says what a job file would change. 0: nothing or what no allocation sees, 1: something, 255: it could not be told.</summary>
internal static class PlanCommand
{
    private const int Failure = 255;

    public static async Task<int> RunAsync(Session session)
    {
        JobPlan plan;
        try
        {
            plan = session.Agent.Jobs.Plan(session.ReadJob());
        }
        catch (HclException error)
        {
            return await session.FailAsync(JobCommands.ParseError(session, error), Failure);
        }
        catch (ApiException error)
        {
            return await session.FailAsync($"Error during plan: {error.Message}", Failure);
        }

        session.Print(Describe(plan));
        var index = plan.Existing?.JobModifyIndex ?? 0;
        session.Print($"""
            Job Modify Index: {index}
            To submit the job with version verification run:

            nomad job run -check-index {index} {session.Request.FileName}

            When running the job with the check-index flag, the job will only be run if the
            job modify index given matches the server-side version. If the index has
            changed, another user has modified the job and the plan's results are
            potentially invalid.
            """);
        // What leaves the tasks running is not spoken of, neither is what the same job still waits for.
        var placed = plan.Groups.Count == 0 || plan.Groups.Values.Any(group => group.Action is not (PlanAction.Ignore or PlanAction.Update));
        return !plan.IsSame && placed ? 1 : 0;
    }

    private static string Describe(JobPlan plan)
    {
        var lines = new List<string> { DifferenceText.Of(plan) };
        lines.Add("Scheduler dry-run:");
        var failures = plan.Groups.Where(pair => pair.Value.Failure is not null).ToList();
        lines.Add(failures.Count == 0 ? "- All tasks successfully allocated." : "- WARNING: Failed to place all allocations.");
        foreach (var (name, group) in failures)
        {
            lines.Add($"  Task Group \"{name}\" (failed to place 1 allocation):");
            lines.AddRange(PlacementText.Lines(group.Failure!).Select(line => "    " + line));
        }

        lines.Add("");
        return string.Join('\n', lines);
    }
}
