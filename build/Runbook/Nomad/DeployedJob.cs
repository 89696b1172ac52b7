using System.Collections.Immutable;
using System.Text.Json;

namespace Runbook.Nomad;

/// <summary>What a job is made of, as far as it tells whether it can be taken over.</summary>
/// <param name="Id">Its exact id.</param>
/// <param name="Type">service or batch.</param>
/// <param name="Stopped">Whether someone stopped it.</param>
/// <param name="IsOurs">The runbook has submitted it.</param>
/// <param name="Datacenters">Where it may run.</param>
/// <param name="HostVolumes">Names of the host volumes that it uses.</param>
/// <param name="Ports">Ports of the host that it takes.</param>
public sealed record DeployedJob(
    string Id, string Type, bool Stopped, bool IsOurs, ImmutableArray<string> Datacenters, ImmutableArray<string> HostVolumes, ImmutableArray<int> Ports)
{
    /// <summary>Reads the answer of <c>job inspect</c>.</summary>
    public static DeployedJob Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var job = document.RootElement.TryGetProperty("Job", out var inner) ? inner : document.RootElement;
        var groups = Items(job, "TaskGroups").ToList();
        var networks = groups.SelectMany(g => Items(g, "Networks"))
            .Concat(groups.SelectMany(g => Items(g, "Tasks")).SelectMany(t => t.TryGetProperty("Resources", out var r) ? Items(r, "Networks") : []));
        return new DeployedJob(
            Text(job, "ID"), Text(job, "Type"), job.TryGetProperty("Stop", out var stop) && stop.ValueKind == JsonValueKind.True,
            job.TryGetProperty("Meta", out var meta) && meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty(JobOwner.Mark, out _),
            [.. Items(job, "Datacenters").Select(d => d.GetString() ?? "")],
            [
                .. groups.Where(g => g.TryGetProperty("Volumes", out var v) && v.ValueKind == JsonValueKind.Object)
                    .SelectMany(g => g.GetProperty("Volumes").EnumerateObject()).Where(v => Text(v.Value, "Type") == "host").Select(v => Text(v.Value, "Source")),
            ],
            [.. networks.SelectMany(n => Items(n, "ReservedPorts")).Select(p => p.TryGetProperty("Value", out var value) ? value.GetInt32() : 0)]);
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
