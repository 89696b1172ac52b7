using LocalNomad.Model;

namespace LocalNomad.Commands;

/// <summary>Prints what becomes of an evaluation, and of the deployment that it belongs to.</summary>
internal static class Monitor
{
    // A deployment without a progress deadline would be followed for ever.
    private static readonly TimeSpan DeploymentLimit = TimeSpan.FromMinutes(10);

    /// <returns>2 if something could not be placed, 1 if the deployment did not succeed. What a batch job's tasks come to does not matter.</returns>
    public static async Task<int> RunAsync(Session session, string evaluationId)
    {
        var evaluation = session.State.Evaluations[evaluationId];
        string Now() => Columns.Time(session.Now);
        session.Print($"==> {Now()}: Monitoring evaluation \"{session.Short(evaluation.ID)}\"");
        session.Print($"    {Now()}: Evaluation triggered by job \"{evaluation.JobID}\"");
        if (evaluation.DeploymentID.Length > 0)
            session.Print($"    {Now()}: Evaluation within deployment: \"{session.Short(evaluation.DeploymentID)}\"");
        foreach (var allocation in session.State.Allocations.Values.Where(one => one.EvalID == evaluation.ID))
        {
            session.Print($"    {Now()}: Allocation \"{session.Short(allocation.ID)}\" created: node \"{session.Short(allocation.NodeID)}\", group \"{allocation.TaskGroup}\"");
        }

        session.Print($"    {Now()}: Evaluation status changed: \"pending\" -> \"{evaluation.Status}\"");
        var finished = $"==> {Now()}: Evaluation \"{session.Short(evaluation.ID)}\" finished with status \"{evaluation.Status}\"";
        session.Print(evaluation.FailedTGAllocs is null ? finished : finished + " but failed to place all allocations:");
        foreach (var (group, metrics) in evaluation.FailedTGAllocs ?? new Dictionary<string, PlacementMetrics>())
        {
            session.Print($"    {Now()}: Task Group \"{group}\" (failed to place 1 allocation):");
            foreach (var text in PlacementText.Lines(metrics))
                session.Print("      " + text);
        }

        if (evaluation.BlockedEval.Length > 0)
            session.Print($"    {Now()}: Evaluation \"{session.Short(evaluation.BlockedEval)}\" waiting for additional capacity to place remainder");
        await session.FlushAsync();
        if (evaluation.DeploymentID.Length > 0)
            return await FollowAsync(session, evaluation.DeploymentID) ? 0 : 1;
        return evaluation.FailedTGAllocs is null ? 0 : 2;
    }

    private static async Task<bool> FollowAsync(Session session, string id)
    {
        session.Print($"==> {Columns.Time(session.Now)}: Monitoring deployment \"{session.Short(id)}\"");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(session.Cancellation);
        limit.CancelAfter(DeploymentLimit);
        var shown = "";
        try
        {
            while (true)
            {
                var (state, changed) = session.Agent.Store.Look();
                if (!state.Deployments.TryGetValue(id, out var deployment))
                    return false;
                var text = DeploymentText.Describe(session, deployment);
                if (text != shown)
                {
                    session.Print($"    \n{Columns.Time(session.Now)}\n{text}");
                    await session.FlushAsync();
                }

                shown = text;
                if (deployment.Status != DeploymentStatuses.Running)
                    return deployment.Status == DeploymentStatuses.Successful;
                await changed.WaitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!session.Cancellation.IsCancellationRequested)
        {
            session.Print($"    Deployment \"{session.Short(id)}\" is still running after {DeploymentLimit.TotalMinutes} minutes.");
            return false;
        }
    }
}
