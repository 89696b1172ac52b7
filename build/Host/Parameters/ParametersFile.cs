using System.Text.Json;
using Common;
using Nuke.Common.IO;

namespace Host.Parameters;

/// <summary>
/// One <c>.nuke/parameters*.json</c>. Its top-level scalars and arrays are parameters; objects are sections of the
/// build's own and none of the host's business.
/// </summary>
internal sealed record ParametersFile(string Name, string Profile, IReadOnlyDictionary<string, RawValue> Values)
{
    private static readonly JsonDocumentOptions Options =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static string NameOf(string profile) =>
        profile.Length == 0 ? ".nuke/parameters.json" : $".nuke/parameters.{profile}.json";

    /// <summary>The profiles that have a file, by name.</summary>
    public static IReadOnlyList<string> Profiles(AbsolutePath root)
    {
        var folder = root / ".nuke";
        if (!folder.DirectoryExists())
            return [];
        return [.. Directory.EnumerateFiles(folder, "parameters.*.json")
            .Select(x => Path.GetFileNameWithoutExtension(x)["parameters.".Length..])
            .Where(x => x.Length > 0)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads the file; null, with a problem, if that cannot be done.</summary>
    /// <param name="root">The folder that holds <c>.nuke</c>.</param>
    /// <param name="profile">The profile, or an empty string for <c>parameters.json</c>.</param>
    /// <param name="problems">What is wrong with it.</param>
    public static ParametersFile? Read(AbsolutePath root, string profile, ICollection<Problem> problems)
    {
        var name = NameOf(profile);
        try
        {
            var content = Utf8Text.WithoutMark(File.ReadAllBytes(root / name));
            if (Utf8Text.Problem(content) is { } wrong)
            {
                problems.Add(new Problem($"{name}, line {wrong.Line}, column {wrong.Column}: {wrong.Problem}."));
                return null;
            }

            using var document = JsonDocument.Parse(content, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ParametersFile(name, profile, ReadValues(document.RootElement, name, problems))
                : throw new JsonException("a JSON object is expected", null, 0, 0);
        }
        catch (JsonException e)
        {
            var text = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            problems.Add(new Problem($"{name}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {text}."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem($"{name} cannot be read: {e.Message}"));
        }

        return null;
    }

    private static Dictionary<string, RawValue> ReadValues(JsonElement root, string name, ICollection<Problem> problems)
    {
        var values = new Dictionary<string, RawValue>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Null || property.NameEquals("$schema"))
                continue;
            var source = new Source($"{name}: {property.Name}");
            if (!TryReadWords(property.Value, out var words))
                problems.Add(new Problem($"{source}: an array of parameters holds plain values only."));
            else if (!values.TryAdd(property.Name, new RawValue(words, source)))
                problems.Add(new Problem($"{source} is given twice."));
        }

        return values;
    }

    private static bool TryReadWords(JsonElement element, out string[] words)
    {
        var items = element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : new[] { element };
        words = [.. items.Select(x => x.ValueKind == JsonValueKind.String ? x.GetString()! : x.GetRawText())];
        return !items.Any(x => x.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null);
    }
}
