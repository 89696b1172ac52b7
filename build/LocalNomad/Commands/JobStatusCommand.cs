using LocalNomad.Model;
using LocalNomad.Scheduling;

namespace LocalNomad.Commands;

/// <summary>Shows jobs to people. It has no JSON, as in Nomad 1.1.</summary>
internal static class JobStatusCommand
{
    public static Task<int> RunAsync(Session session)
    {
        if (session.Line.Arguments.Count == 0)
        {
            session.Print(session.State.Jobs.Count == 0 ? "No running jobs" : JobCommands.List(session.State.Jobs.Values));
            return Task.FromResult(0);
        }

        var job = Lookup.Job(session, session.Line.Arguments[0]);
        session.Print(Summary(session, job));
        if (job.IsParameterized)
            PrintParameterized(session, job);
        else if (job.IsPeriodic)
            PrintChildren(session, job, "Children Job Summary", "Previously Launched Jobs");
        else
            PrintAllocations(session, job);
        return Task.FromResult(0);
    }

    public static async Task<int> HistoryAsync(Session session)
    {
        var job = Lookup.Job(session, session.Line.Arguments[0]);
        IReadOnlyList<Job> versions = session.State.Versions.GetValueOrDefault(job.ID, []);
        if (session.Line.Text("version") is { Length: > 0 } text)
        {
            if (!ulong.TryParse(text, out _))
                return await session.FailAsync($"Error parsing version value \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
            versions = [.. versions.Where(version => $"{version.Version}" == text)];
            if (versions.Count == 0)
                return await session.FailAsync("Error printing job history for non-existing job or job version");
        }

        if (session.Line.Has("json"))
        {
            var nodes = versions.Select(version => NomadJson.ToNode(version, NomadJson.Default.Job)).ToList();
            session.Print(JsonText.Print(session.Line.Text("version") is { Length: > 0 } ? nodes[0] : new System.Text.Json.Nodes.JsonArray([.. nodes])));
            return 0;
        }

        session.Print(string.Join("\n\n", versions.Select(version => Columns.Pairs(
            ("Version", $"{version.Version}"),
            ("Stable", version.Stable ? "true" : "false"),
            ("Submit Date", Columns.Time(version.SubmitTime))))));
        return 0;
    }

    private static string Summary(Session session, Job job)
    {
        var pairs = new List<(string, string)>
        {
            ("ID", job.ID),
            ("Name", job.Name),
            ("Submit Date", Columns.Time(job.SubmitTime)),
            ("Type", job.Type),
            ("Priority", $"{job.Priority}"),
            ("Datacenters", string.Join(',', job.Datacenters ?? [])),
            ("Namespace", job.Namespace),
            ("Status", job.Stop ? $"{job.Status} (stopped)" : job.Status),
            ("Periodic", job.IsPeriodic ? "true" : "false"),
            ("Parameterized", job.IsParameterized ? "true" : "false"),
        };
        if (PeriodicLauncher.NextOf(job, session.Now) is { } next)
            pairs.Add(("Next Periodic Launch", $"{Columns.Time(next)} ({Columns.Rough(next - session.Now)} from now)"));
        return Columns.Pairs(pairs);
    }

    private static void PrintParameterized(Session session, Job job)
    {
        var parameters = job.ParameterizedJob!;
        session.Print("\nParameterized Job\n" + Columns.Pairs(
            ("Payload", parameters.Payload),
            ("Required Metadata", parameters.MetaRequired is { Count: > 0 } required ? string.Join(", ", required) : "<none>"),
            ("Optional Metadata", parameters.MetaOptional is { Count: > 0 } optional ? string.Join(", ", optional) : "<none>")));
        PrintChildren(session, job, "Parameterized Job Summary", "Dispatched Jobs");
    }

    private static void PrintChildren(Session session, Job job, string summary, string list)
    {
        var children = session.State.Jobs.Values.Where(child => child.ParentID == job.ID).ToList();
        string Count(string status) => $"{children.Count(child => child.Status == status)}";
        session.Print($"\n{summary}\n" + Columns.Table(
        [
            ["Pending", "Running", "Dead"],
            [Count(JobStatuses.Pending), Count(JobStatuses.Running), Count(JobStatuses.Dead)],
        ]));
        session.Print(children.Count == 0
            ? $"\nNo {(job.IsPeriodic ? "instances of periodic job found" : "dispatched instances found")}"
            : $"\n{list}\n" + Columns.Table([["ID", "Status"], .. children.Select(child => new[] { child.ID, child.Status })]));
    }

    private static void PrintEvaluations(Session session, Job job) => session.Print("\nEvaluations\n" + Columns.Table(
    [
        ["ID", "Priority", "Triggered By", "Status", "Placement Failures"],
        .. session.State.Evaluations.Values.Where(one => one.JobID == job.ID).OrderByDescending(one => one.CreateIndex).Select(one => new[]
        {
            session.Short(one.ID), $"{one.Priority}", one.TriggeredBy, one.Status,
            one.Status == EvalStatuses.Blocked ? "N/A - In Progress" : one.FailedTGAllocs is null ? "false" : "true",
        }),
    ]));

    private static void PrintAllocations(Session session, Job job)
    {
        var allocations = session.State.AllocationsOf(job.ID).Intersect(session.Allocations).ToList();
        var blocked = session.State.Evaluations.Values.FirstOrDefault(one => one.JobID == job.ID && one.Status == EvalStatuses.Blocked);
        session.Print("\nSummary\n" + Columns.Table(
        [
            ["Task Group", "Queued", "Starting", "Running", "Failed", "Complete", "Lost"],
            .. job.TaskGroups.Select(group =>
            {
                string Count(string status) => $"{allocations.Count(one => one.TaskGroup == group.Name && one.ClientStatus == status)}";
                return new[]
                {
                    group.Name, blocked is null ? "0" : "1", Count(ClientStatuses.Pending), Count(ClientStatuses.Running),
                    Count(ClientStatuses.Failed), Count(ClientStatuses.Complete), Count(ClientStatuses.Lost),
                };
            }),
        ]));
        if (session.Line.Has("evals"))
            PrintEvaluations(session, job);
        foreach (var (group, metrics) in blocked?.FailedTGAllocs ?? new Dictionary<string, PlacementMetrics>())
        {
            session.Print($"\nPlacement Failure\nTask Group \"{group}\":");
            foreach (var line in PlacementText.Lines(metrics))
                session.Print("  " + line);
        }

        if (session.State.LatestDeploymentOf(job.ID) is { } deployment)
        {
            session.Print("\nLatest Deployment\n" + Columns.Pairs(
                ("ID", session.Short(deployment.ID)), ("Status", deployment.Status), ("Description", deployment.StatusDescription)));
            session.Print("\n" + DeploymentText.Groups(deployment));
        }

        session.Print("\nAllocations");
        session.Print(allocations.Count == 0 ? "No allocations placed" : AllocationTables.List(session, allocations));
    }
}
