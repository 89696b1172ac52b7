using LocalNomad.Hcl;
using LocalNomad.Model;
using LocalNomad.Scheduling;

namespace LocalNomad.Commands;

/// <summary>The commands that change jobs.</summary>
internal static class JobCommands
{
    public static async Task<int> RunAsync(Session session)
    {
        long? index = null;
        if (session.Line.Text("check-index") is { Length: > 0 } text)
        {
            if (!ulong.TryParse(text, out var number))
                return await session.FailAsync($"Error parsing check-index value \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
            index = (long)number;
        }

        string evaluation;
        Job job;
        try
        {
            var file = session.ReadJob();
            evaluation = session.Agent.Jobs.Register(file, index);
            job = session.State.Jobs[file.Job.ID];
        }
        catch (HclException error)
        {
            return await session.FailAsync(ParseError(session, error));
        }
        catch (EnforceIndexException error)
        {
            return await session.FailAsync($"{error.Reason}\nJob not updated");
        }
        catch (ApiException error)
        {
            return await session.FailAsync($"Error submitting job: {error.Message}");
        }

        if (evaluation.Length == 0 || session.Line.Has("detach"))
        {
            session.Print("Job registration successful");
            if (PeriodicLauncher.NextOf(job, session.Now) is { } next)
                session.Print($"Approximate next launch time: {Columns.Time(next)} ({Columns.Rough(next - session.Now)} from now)");
            if (evaluation.Length > 0)
                session.Print($"Evaluation ID: {evaluation}");
            return 0;
        }

        return await Monitor.RunAsync(session, evaluation);
    }

    public static async Task<int> StopAsync(Session session)
    {
        var wanted = session.Line.Arguments[0].Trim();
        var job = Lookup.Job(session, wanted);
        if (job.ID != wanted && !session.Line.Has("yes"))
            return await session.FailAsync($"Are you sure you want to stop job \"{job.ID}\"? Then name it in full or say -yes.");
        var evaluation = session.Agent.Jobs.Deregister(job.ID, session.Line.Has("purge"));
        if (evaluation.Length == 0)
            return 0;
        if (!session.Line.Has("detach"))
            return await Monitor.RunAsync(session, evaluation);
        session.Print(evaluation);
        return 0;
    }

    public static async Task<int> RevertAsync(Session session)
    {
        var text = session.Line.Arguments[1];
        if (!ulong.TryParse(text, out var version))
            return await session.FailAsync($"Failed to parse job-version flag: strconv.ParseUint: parsing \"{text}\": invalid syntax");
        var job = Lookup.Job(session, session.Line.Arguments[0].Trim());
        string evaluation;
        try
        {
            evaluation = session.Agent.Jobs.Revert(job.ID, (long)version);
        }
        catch (ApiException error)
        {
            return await session.FailAsync($"Error retrieving job versions: {error.Message}");
        }

        if (evaluation.Length == 0)
            return 0;
        if (!session.Line.Has("detach"))
            return await Monitor.RunAsync(session, evaluation);
        session.Print($"Evaluation ID: {evaluation}");
        return 0;
    }

    public static async Task<int> DispatchAsync(Session session)
    {
        var meta = new Dictionary<string, string>();
        foreach (var text in session.Line.Texts("meta"))
        {
            var pair = text.Split('=', 2);
            if (pair.Length != 2)
                return await session.FailAsync($"Error parsing meta value: {text}");
            meta[pair[0]] = pair[1];
        }

        var wanted = session.Line.Arguments[0];
        if (!session.State.Jobs.TryGetValue(wanted, out var parent) || parent is { ParameterizedJob: null } or { Dispatched: true })
            return await session.FailAsync($"No parameterized job(s) with prefix or ID \"{wanted}\" found");
        Launched launched;
        try
        {
            launched = session.Agent.Jobs.Dispatch(wanted, meta, session.Request.HasPayload);
        }
        catch (ApiException error)
        {
            return await session.FailAsync($"Failed to dispatch job: {error.Message}");
        }

        session.Print(Columns.Pairs(("Dispatched Job ID", launched.JobId), ("Evaluation ID", session.Short(launched.EvaluationId))));
        if (session.Line.Has("detach"))
            return 0;
        session.Print("");
        return await Monitor.RunAsync(session, launched.EvaluationId);
    }

    public static async Task<int> ForceAsync(Session session)
    {
        var job = Lookup.Job(session, session.Line.Arguments[0], periodicOnly: true);
        try
        {
            var launched = session.Agent.Jobs.Force(job.ID);
            if (!session.Line.Has("detach"))
                return await Monitor.RunAsync(session, launched.EvaluationId);
            session.Print($"Force periodic successful\nEvaluation ID: {launched.EvaluationId}");
            return 0;
        }
        catch (ApiException error)
        {
            return await session.FailAsync($"Error forcing periodic job \"{job.ID}\": {error.Message}");
        }
    }

    public static Task<int> InspectAsync(Session session)
    {
        var job = Lookup.Job(session, session.Line.Arguments[0]);
        if (session.Line.Text("version") is { } version)
        {
            job = session.State.Versions.GetValueOrDefault(job.ID, []).Find(old => $"{old.Version}" == version)
                ?? throw new Lookup.NotFoundException($"Error inspecting job: job \"{job.ID}\" with version \"{version}\" couldn't be found");
        }

        var json = NomadJson.ToNode(job, NomadJson.Default.Job);
        session.Print(JsonText.Print(session.Line.Has("json") ? json : new System.Text.Json.Nodes.JsonObject { ["Job"] = json }));
        return Task.FromResult(0);
    }

    public static string ParseError(Session session, HclException error) =>
        $"Error getting job struct: Error parsing job file from {session.Request.FileName}:\n{error.Message}";

    public static string List(IEnumerable<Job> jobs) => Columns.Table(
    [
        ["ID", "Type", "Priority", "Status", "Submit Date"],
        .. jobs.Select(job => new[] { job.ID, TypeOf(job), $"{job.Priority}", StatusOf(job), Columns.Time(job.SubmitTime) }),
    ]);

    private static string TypeOf(Job job) => job.Type + (job.IsPeriodic ? "/periodic" : job.IsParameterized ? "/parameterized" : "");

    private static string StatusOf(Job job) => job.Stop ? $"{job.Status} (stopped)" : job.Status;
}
