using System.Text.Json.Nodes;
using LocalNomad.Model;
using LocalNomad.Scheduling;

namespace LocalNomad.Commands;

/// <summary>The commands about the node, the agent and evaluations.</summary>
internal static class NodeCommands
{
    private static readonly string[] Listed =
        ["CreateIndex", "Datacenter", "Drain", "Drivers", "ID", "ModifyIndex", "Name", "NodeClass", "SchedulingEligibility", "Status", "StatusDescription"];

    public static async Task<int> StatusAsync(Session session)
    {
        var node = session.Agent.Node;
        var json = NomadJson.ToNode(node, NomadJson.Default.Node).AsObject();
        var single = session.Line.Has("self") || session.Line.Arguments.Count > 0;
        if (session.Line.Arguments.ElementAtOrDefault(0) is { } id && !node.ID.StartsWith(id, StringComparison.Ordinal))
            return await session.FailAsync($"No node(s) with prefix or id \"{id}\" found");
        if (session.Line.Has("json"))
            session.Print(JsonText.Print(single ? json : new JsonArray(Stub(json))));
        else if (single)
            Describe(session, node);
        else
            session.Print(Columns.Table([["ID", "DC", "Name", "Class", "Drain", "Eligibility", "Status"],
                [session.Short(node.ID), node.Datacenter, node.Name, "<none>", "false", node.SchedulingEligibility, node.Status]]));
        return 0;
    }

    public static Task<int> EvaluationAsync(Session session)
    {
        var evaluation = Lookup.Evaluation(session, session.Line.Arguments[0]);
        if (session.Line.Has("json"))
        {
            session.Print(JsonText.Print(NomadJson.ToNode(evaluation, NomadJson.Default.Evaluation)));
            return Task.FromResult(0);
        }

        session.Print(Columns.Pairs(
            ("ID", session.Short(evaluation.ID)),
            ("Create Time", Columns.Ago(evaluation.CreateTime, session.Now)),
            ("Modify Time", Columns.Ago(evaluation.ModifyTime, session.Now)),
            ("Status", evaluation.Status),
            ("Status Description", evaluation.StatusDescription.Length == 0 ? evaluation.Status : evaluation.StatusDescription),
            ("Type", evaluation.Type),
            ("TriggeredBy", evaluation.TriggeredBy),
            ("Job ID", evaluation.JobID),
            ("Priority", $"{evaluation.Priority}"),
            ("Placement Failures", evaluation.FailedTGAllocs is null ? "false" : "true")));
        foreach (var (group, metrics) in evaluation.FailedTGAllocs ?? new Dictionary<string, PlacementMetrics>())
        {
            session.Print($"\nFailed Placements\nTask Group \"{group}\" (failed to place 1 allocation):");
            foreach (var line in PlacementText.Lines(metrics))
                session.Print("  " + line);
        }

        if (evaluation.BlockedEval.Length > 0)
            session.Print($"\nEvaluation \"{session.Short(evaluation.BlockedEval)}\" waiting for additional capacity to place remainder");
        return Task.FromResult(0);
    }

    public static Task<int> MembersAsync(Session session)
    {
        var node = session.Agent.Node;
        session.Print(Columns.Table(
        [
            ["Name", "Address", "Port", "Status", "Leader", "Protocol", "Build", "Datacenter", "Region"],
            [$"{node.Name}.global", session.Agent.SocketPath, "0", "alive", "true", "2", Program.Version, node.Datacenter, "global"],
        ]));
        return Task.FromResult(0);
    }

    public static Task<int> InfoAsync(Session session)
    {
        var running = session.State.Allocations.Values.Count(one => one.ClientStatus == ClientStatuses.Running);
        session.Print(session.Line.Has("json")
            ? JsonText.Print(new JsonObject
            {
                ["config"] = new JsonObject { ["Version"] = new JsonObject { ["Version"] = Program.Version } },
                ["stats"] = new JsonObject
                {
                    ["client"] = new JsonObject { ["node_id"] = session.Agent.Node.ID, ["num_allocations"] = $"{running}" },
                    ["nomad"] = new JsonObject { ["leader"] = "true", ["server"] = "true" },
                },
            })
            : $"client\n  node_id = {session.Agent.Node.ID}\n  num_allocations = {running}\nnomad\n  leader = true\n  server = true");
        return Task.FromResult(0);
    }

    public static Task<int> CollectAsync(Session session)
    {
        session.Agent.Store.Update(transaction => Collector.Collect(transaction, everything: true));
        return Task.FromResult(0);
    }

    private static JsonObject Stub(JsonObject node)
    {
        var stub = new JsonObject(Listed.Select(name => KeyValuePair.Create(name, node[name]?.DeepClone())))
        {
            ["Address"] = "127.0.0.1",
            ["Version"] = Program.Version,
        };
        return stub;
    }

    private static void Describe(Session session, Node node)
    {
        session.Print(Columns.Pairs(
            ("ID", node.ID),
            ("Name", node.Name),
            ("Class", "<none>"),
            ("DC", node.Datacenter),
            ("Drain", "false"),
            ("Eligibility", node.SchedulingEligibility),
            ("Status", node.Status),
            ("Uptime", Columns.Rough(session.Now - session.Agent.Started)),
            ("Host Volumes", node.HostVolumes.Count == 0 ? "<none>" : string.Join(',', node.HostVolumes.Keys)),
            ("Driver Status", string.Join(',', node.Drivers.Keys))));
        session.Print("\nAllocations\n" + AllocationTables.List(session,
            [.. session.Allocations.OrderByDescending(one => one.CreateIndex)]));
    }
}
