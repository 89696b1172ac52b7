using System.Collections.Immutable;
using System.Text.Json;

namespace Runbook.Nomad;

/// <summary>What Terraform would do to one resource.</summary>
/// <param name="Address">Such as <c>nomad_job.server[0]</c>.</param>
/// <param name="Type">Such as <c>nomad_job</c>.</param>
/// <param name="Job">Id of the job in Nomad, as it is or will be; empty where that is not known.</param>
/// <param name="Actions">create, update, delete, read, no-op, forget; a replacement is delete and create.</param>
/// <param name="Tainted">It would be replaced for no other reason than that its creation was not seen to succeed.</param>
/// <param name="TakenOver">It is there already, and Terraform does not know it yet.</param>
public sealed record TerraformChange(
    string Address, string Type, string Job, ImmutableArray<string> Actions, bool Tainted, bool TakenOver)
{
    /// <summary>Type of the resource that is a job.</summary>
    public const string JobType = "nomad_job";

    /// <summary>Something would be taken away, whether or not it comes back.</summary>
    public bool Destroys => Actions.Contains("delete");

    /// <summary>Something happens at all.</summary>
    public bool Any => TakenOver || Actions.Any(a => a is not ("no-op" or "read"));
}

/// <summary>Reads <c>terraform show -json</c>.</summary>
public static class TerraformPlan
{
    /// <summary>The changes of a plan, in its order.</summary>
    public static ImmutableArray<TerraformChange> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("format_version", out _))
            throw new FormatException("it is no plan");
        return document.RootElement.TryGetProperty("resource_changes", out var changes) && changes.ValueKind == JsonValueKind.Array
            ? [.. changes.EnumerateArray().Where(c => Text(c, "mode") is "managed" or "").Select(Change)]
            : [];
    }

    private static TerraformChange Change(JsonElement element)
    {
        var change = element.GetProperty("change");
        return new TerraformChange(
            Text(element, "address"), Text(element, "type"), Job(change),
            [.. change.GetProperty("actions").EnumerateArray().Select(a => a.GetString() ?? "")],
            Text(element, "action_reason") == "replace_because_tainted",
            change.TryGetProperty("importing", out var importing) && importing.ValueKind == JsonValueKind.Object);
    }

    // What is taken away is named by what it was.
    private static string Job(JsonElement change)
    {
        foreach (var (side, name) in new[] { ("before", "id"), ("before", "name"), ("after", "name") })
        {
            if (change.TryGetProperty(side, out var values) && values.ValueKind == JsonValueKind.Object && Text(values, name) is { Length: > 0 } job)
                return job;
        }

        return "";
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
