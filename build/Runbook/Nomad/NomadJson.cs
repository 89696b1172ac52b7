using System.Collections.Immutable;
using System.Text.Json;

namespace Runbook.Nomad;

/// <summary>Reads the JSON that <c>nomad</c> prints. Fields that some version leaves out read as empty.</summary>
public static class NomadJson
{
    // What Nomad itself writes into a job.
    private static readonly ImmutableHashSet<string> Written =
    [
        "Version", "Stable", "Stop", "Status", "StatusDescription", "SubmitTime", "CreateIndex", "ModifyIndex", "JobModifyIndex",
    ];

    /// <summary>The answer of <c>job inspect</c>: <c>{"Job":{...}}</c>, or the bare job.</summary>
    public static NomadJob Job(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Job(document.RootElement.TryGetProperty("Job", out var inner) ? inner : document.RootElement);
    }

    /// <summary>The answer of <c>job history -json</c>: the versions that Nomad still has, newest first.</summary>
    public static ImmutableArray<NomadJob> History(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(Job).OrderByDescending(j => j.Version)]
            : [];
    }

    /// <summary>The answer of <c>alloc status -json</c> without an id.</summary>
    public static ImmutableArray<NomadAllocation> Allocations(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(Allocation).OrderBy(a => a.CreateIndex)]
            : [];
    }

    /// <summary>The nodes in <c>node status -json</c>.</summary>
    public static ImmutableArray<NomadNode> Nodes(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(Node)]
            : [];
    }

    /// <summary>The answer of <c>node status -json ID</c>; the list has neither drivers nor host volumes.</summary>
    public static NomadNode Node(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Node(document.RootElement);
    }

    private static NomadNode Node(JsonElement node) =>
        new(
            Text(node, "ID"), Text(node, "Name"), Text(node, "Datacenter"), Text(node, "Status"),
            Text(node, "SchedulingEligibility") is "" or "eligible",
            [.. Properties(node, "Drivers").Where(d => Flag(d.Value, "Healthy")).Select(d => d.Name)],
            [.. Properties(node, "HostVolumes").Select(v => v.Name)])
        {
            VolumePaths = Properties(node, "HostVolumes").ToImmutableDictionary(v => v.Name, v => Text(v.Value, "Path")),
            Drains = Flag(node, "Drain"),
            Version = Element(node, "Attributes") is { } attributes ? NomadVersion.Parse(Text(attributes, "nomad.version")) : null,
        };

    private static NomadJob Job(JsonElement job) => new(
        Text(job, "ID"), Text(job, "Type"), Text(job, "Status"), Flag(job, "Stop"),
        Element(job, "JobModifyIndex")?.GetUInt64() ?? 0,
        Element(job, "Meta") is { ValueKind: JsonValueKind.Object } meta
            ? meta.EnumerateObject().ToImmutableDictionary(p => p.Name, p => p.Value.GetString() ?? "")
            : ImmutableDictionary<string, string>.Empty)
    {
        Version = Element(job, "Version")?.GetInt64() ?? 0,
        Stable = Flag(job, "Stable"),
        SubmittedAt = Nanoseconds(job, "SubmitTime"),
        Content = string.Join('\n', job.EnumerateObject().Where(p => !Written.Contains(p.Name)).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Value.GetRawText())),
    };

    private static NomadAllocation Allocation(JsonElement a) => new(
        Text(a, "ID"), Text(a, "JobID"), Text(a, "NodeName"), Text(a, "ClientStatus"), Text(a, "DesiredStatus"),
        Element(a, "CreateIndex")?.GetInt64() ?? 0,
        [.. Properties(a, "TaskStates").Select(t => new NomadTask(
            t.Name, Text(t.Value, "State"), Flag(t.Value, "Failed"),
            Element(t.Value, "Events") is { ValueKind: JsonValueKind.Array } events
                ? [.. events.EnumerateArray().Select(Event)]
                : []))])
    {
        JobVersion = Element(a, "JobVersion")?.GetInt64() ?? 0,
        NodeId = Text(a, "NodeID"),
    };

    private static NomadTaskEvent Event(JsonElement e)
    {
        var details = Element(e, "Details");
        var message = Text(e, "DisplayMessage");
        return new NomadTaskEvent(
            Text(e, "Type"),
            Nanoseconds(e, "Time"),
            (int)(Element(e, "ExitCode")?.GetInt64() ?? 0),
            (int)(Element(e, "Signal")?.GetInt64() ?? 0),
            details is { ValueKind: JsonValueKind.Object } d && Text(d, "oom_killed") == "true",
            message.Length > 0 ? message : Text(e, "Message"));
    }

    private static DateTimeOffset Nanoseconds(JsonElement element, string name) =>
        DateTimeOffset.UnixEpoch.AddTicks((Element(element, name)?.GetInt64() ?? 0) / 100);

    private static IEnumerable<JsonProperty> Properties(JsonElement element, string name) =>
        Element(element, name) is { ValueKind: JsonValueKind.Object } o ? o.EnumerateObject() : [];

    private static JsonElement? Element(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string Text(JsonElement element, string name) =>
        Element(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    private static bool Flag(JsonElement element, string name) => Element(element, name) is { ValueKind: JsonValueKind.True };
}
