using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runbook.Run;

/// <summary>A run that changed a cluster, or tried to, in the short form that Nomad keeps for every operator.</summary>
/// <param name="Id">Of the run; the lock has the same one while it is at work.</param>
/// <param name="Target">What was asked for.</param>
/// <param name="By">user@host.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Outcome">done, refused, failed, held, cancelled, wrong use or killed; at work while it has no end.</param>
public sealed record HistoryEntry(string Id, string Target, string By, DateTimeOffset StartedAt, string Outcome)
{
    // Nomad copies a job into each of its versions: a few dozen short lines are no burden, texts without an end would be.
    private const int LongestText = 300;
    private const int ShortId = 8;
    private const string Prefix = "run_";

    /// <summary>Its options, as they were typed.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>The web page of the run, where an automation did it; empty otherwise.</summary>
    public string Via { get; init; } = "";

    /// <summary>Seconds that it took; null while it has no end.</summary>
    public double? Seconds { get; init; }

    /// <summary>Exit code; null where it has none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What went wrong; empty when nothing did.</summary>
    public string Error { get; init; } = "";

    /// <summary>Commit of the checkout, with <c>-dirty</c> where something was changed in it; empty when it is not known.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Profile of the run.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Key in the meta of the job: sorts by time.</summary>
    [JsonIgnore]
    public string Key =>
        $"{Prefix}{StartedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}_{Id[..Math.Min(ShortId, Id.Length)]}";

    /// <summary>Value in the meta of the job.</summary>
    public string ToMeta() => JsonSerializer.Serialize(
        this with { Arguments = Short(Arguments), Error = Short(Error) }, HistoryJson.Default.HistoryEntry);

    /// <summary>Reads it back; null where that is none of ours, or of a later form.</summary>
    public static HistoryEntry? Parse(string key, string value)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        try
        {
            return JsonSerializer.Deserialize(value, HistoryJson.Default.HistoryEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Short(string text) => text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";
}

/// <summary>How entries become JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HistoryEntry))]
internal sealed partial class HistoryJson : JsonSerializerContext;
