using System.Text.Json.Nodes;
using LocalNomad.Model;

namespace LocalNomad.Commands;

/// <summary>Shows allocations: to programs all of them or one with its job, to people one.</summary>
internal static class AllocationStatusCommand
{
    // What a list leaves out of an allocation.
    private static readonly string[] OnlyInFull = ["DeploymentID", "PreviousAllocation", "NextAllocation", "AllocModifyIndex", "Ports"];

    public static async Task<int> RunAsync(Session session)
    {
        if (session.Line.Arguments.Count == 0)
        {
            if (!session.Line.Has("json"))
                return await session.FailAsync(session.Line.Spec.ArgumentError);
            var all = session.Allocations.OrderByDescending(one => one.CreateIndex);
            session.Print(JsonText.Print(new JsonArray([.. all.Select(Stub)])));
            return 0;
        }

        var allocation = Lookup.Allocation(session, session.Line.Arguments[0]);
        if (session.Line.Has("json"))
            session.Print(JsonText.Print(Full(session, allocation)));
        else
            Describe(session, allocation);
        return 0;
    }

    private static JsonObject Stub(Allocation allocation)
    {
        var json = Json(allocation);
        foreach (var name in OnlyInFull)
            json.Remove(name);
        json["PreemptedAllocations"] = null;
        json["PreemptedByAllocation"] = "";
        return json;
    }

    private static JsonObject Full(Session session, Allocation allocation)
    {
        var job = session.State.AllocationJobs[allocation.ID];
        var group = job.TaskGroups.First(one => one.Name == allocation.TaskGroup);
        var json = Json(allocation);
        json.Remove("JobType");
        json.Remove("JobVersion");
        json.Remove("Ports");
        json["Job"] = NomadJson.ToNode(job, NomadJson.Default.Job);
        json["DesiredTransition"] = new JsonObject { ["Migrate"] = null, ["Reschedule"] = null };
        json["Services"] = null;
        json["PreemptedAllocations"] = null;
        json["PreemptedByAllocation"] = "";
        json["AllocatedResources"] = new JsonObject
        {
            ["Shared"] = new JsonObject { ["DiskMB"] = group.EphemeralDisk.SizeMB, ["Networks"] = null, ["Ports"] = Ports(session, allocation) },
            ["Tasks"] = new JsonObject(group.Tasks.Select(task => KeyValuePair.Create<string, JsonNode?>(task.Name, new JsonObject
            {
                ["Cpu"] = new JsonObject { ["CpuShares"] = task.Resources.CPU },
                ["Memory"] = new JsonObject { ["MemoryMB"] = task.Resources.MemoryMB, ["MemoryMaxMB"] = task.Resources.MemoryMaxMB },
                ["Devices"] = null,
                ["Networks"] = null,
            }))),
        };
        return json;
    }

    private static JsonObject Json(Allocation allocation)
    {
        var json = NomadJson.ToNode(allocation, NomadJson.Default.Allocation).AsObject();
        foreach (var (_, task) in json["TaskStates"] as JsonObject ?? [])
        {
            task!.AsObject().Remove("Runs");
            task["TaskHandle"] = null;
        }

        return json;
    }

    private static JsonArray? Ports(Session session, Allocation allocation) => allocation.Ports.Count == 0
        ? null
        : new JsonArray([.. allocation.Ports.Select(port => new JsonObject
        {
            ["Label"] = port.Key,
            ["Value"] = port.Value,
            ["To"] = 0,
            ["HostIP"] = session.Agent.Node.Attributes["unique.network.ip-address"],
        })]);

    private static void Describe(Session session, Allocation allocation)
    {
        string OrNone(string text) => text.Length == 0 ? "<none>" : text;
        var pairs = new List<(string, string)>
        {
            ("ID", allocation.ID),
            ("Eval ID", session.Short(allocation.EvalID)),
            ("Name", allocation.Name),
            ("Node ID", session.Short(allocation.NodeID)),
            ("Node Name", allocation.NodeName),
            ("Job ID", allocation.JobID),
            ("Job Version", $"{allocation.JobVersion}"),
            ("Client Status", allocation.ClientStatus),
            ("Client Description", OrNone(allocation.ClientDescription)),
            ("Desired Status", allocation.DesiredStatus),
            ("Desired Description", OrNone(allocation.DesiredDescription)),
            ("Created", Columns.Ago(allocation.CreateTime, session.Now)),
            ("Modified", Columns.Ago(allocation.ModifyTime, session.Now)),
        };
        if (allocation.DeploymentID.Length > 0)
        {
            pairs.Add(("Deployment ID", session.Short(allocation.DeploymentID)));
            pairs.Add(("Deployment Health", allocation.DeploymentStatus switch { null => "unset", { Healthy: true } => "healthy", _ => "unhealthy" }));
        }

        if (allocation.NextAllocation.Length > 0)
            pairs.Add(("Replacement Alloc ID", session.Short(allocation.NextAllocation)));
        if (allocation.FollowupEvalID.Length > 0
            && session.State.Evaluations.GetValueOrDefault(allocation.FollowupEvalID) is { Status: EvalStatuses.Pending, WaitUntil: { } due })
        {
            pairs.Add(("Reschedule Eligibility", $"{Columns.Rough(new DateTimeOffset(due) - session.Now)} from now"));
        }

        session.Print(Columns.Pairs(pairs));
        foreach (var (name, task) in allocation.TaskStates ?? new Dictionary<string, TaskState>())
            Describe(session, name, task);
    }

    private static void Describe(Session session, string name, TaskState task)
    {
        session.Print($"\nTask \"{name}\" is \"{task.State}\"\n\nTask Events:");
        session.Print(Columns.Pairs(
            ("Started At", Columns.Time(task.StartedAt)),
            ("Finished At", Columns.Time(task.FinishedAt)),
            ("Total Restarts", $"{task.Restarts}"),
            ("Last Restart", Columns.Time(task.LastRestart))));
        session.Print("\nRecent Events:\n" + Columns.Table(
        [
            ["Time", "Type", "Description"],
            .. task.Events.Reverse().Select(happened => new[] { Columns.Time(happened.Time), happened.Type, happened.DisplayMessage }),
        ]));
    }
}
