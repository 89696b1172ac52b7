using System.Text.Json.Nodes;

namespace LocalNomad.Scheduling;

/// <summary>What became of a field or a block between two versions of a job.</summary>
internal enum DifferenceKind
{
    None,
    Added,
    Deleted,
    Edited,
}

/// <summary>A field with its old and its new text; empty is as good as not there.</summary>
internal sealed record FieldDifference(string Name, string Old, string New)
{
    public DifferenceKind Kind => Old == New ? DifferenceKind.None
        : Old.Length == 0 ? DifferenceKind.Added
        : New.Length == 0 ? DifferenceKind.Deleted : DifferenceKind.Edited;
}

/// <summary>A block that differs. What is the same in it is shown with it.</summary>
internal sealed record BlockDifference(DifferenceKind Kind, string Name, IReadOnlyList<FieldDifference> Fields, IReadOnlyList<BlockDifference> Blocks);

/// <summary>Compares parts of jobs by the JSON that Nomad's API has for them.</summary>
internal static class Difference
{
    /// <summary>The primitive fields that differ, those of maps as <c>Env[NAME]</c>.</summary>
    public static IReadOnlyList<FieldDifference> Fields(JsonObject old, JsonObject now, params IReadOnlyList<string> but) =>
        [.. Compare(Primitives(old, but), Primitives(now, but)).Where(field => field.Kind != DifferenceKind.None)];

    /// <summary>A block that may be there once; null when it is the same.</summary>
    public static BlockDifference? Block(string name, JsonNode? old, JsonNode? now, bool deep = false, params IReadOnlyList<string> but)
    {
        if (JsonNode.DeepEquals(old, now))
            return null;
        var fields = Compare(Flatten(old, deep, but), Flatten(now, deep, but));
        return fields.All(field => field.Kind == DifferenceKind.None) ? null : new BlockDifference(KindOf(old, now), name, fields, []);
    }

    /// <summary>Blocks that may be there several times: one that was changed has gone, and another one has come.</summary>
    public static IEnumerable<BlockDifference> Blocks(string name, JsonNode? old, JsonNode? now)
    {
        var before = Items(old);
        var after = Items(now);
        return after.Where(item => !before.Exists(other => JsonNode.DeepEquals(item, other))).Select(item => Whole(name, null, item))
            .Concat(before.Where(item => !after.Exists(other => JsonNode.DeepEquals(item, other))).Select(item => Whole(name, item, null)));
    }

    /// <summary>Templates: one of the same destination was edited, as was the only one there is.</summary>
    public static IEnumerable<BlockDifference> Templates(JsonNode? old, JsonNode? now)
    {
        const string name = "Template";
        var (before, after) = (Items(old), Items(now));
        if (before.Count == 1 && after.Count == 1)
            return Block(name, before[0], after[0]) is { } only ? [only] : [];
        var pairs = before.ConvertAll(one => (Old: one, Now: after.Find(other => $"{one["DestPath"]}" == $"{other["DestPath"]}")));
        var edited = pairs.Where(pair => pair.Now is not null).Select(pair => Block(name, pair.Old, pair.Now)).OfType<BlockDifference>();
        var added = after.Where(one => !pairs.Exists(pair => pair.Now == one)).Select(one => Whole(name, null, one));
        return added.Concat(pairs.Where(pair => pair.Now is null).Select(pair => Whole(name, pair.Old, null))).Concat(edited);
    }

    private static BlockDifference Whole(string name, JsonNode? old, JsonNode? now)
    {
        IEnumerable<BlockDifference> inner = name == "Network"
            ? [.. Blocks("Dynamic Port", old?["DynamicPorts"], now?["DynamicPorts"]), .. Blocks("Static Port", old?["ReservedPorts"], now?["ReservedPorts"])]
            : [];
        return new BlockDifference(KindOf(old, now), name, Compare(Flatten(old, deep: false, []), Flatten(now, deep: false, [])), [.. inner]);
    }

    private static DifferenceKind KindOf(JsonNode? old, JsonNode? now) =>
        old is null ? DifferenceKind.Added : now is null ? DifferenceKind.Deleted : DifferenceKind.Edited;

    private static List<JsonNode> Items(JsonNode? list) => list is JsonArray array ? [.. array.OfType<JsonNode>()] : [];

    private static List<FieldDifference> Compare(Dictionary<string, string> old, Dictionary<string, string> now) =>
    [
        .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(name => new FieldDifference(name, old.GetValueOrDefault(name, ""), now.GetValueOrDefault(name, ""))),
    ];

    private static Dictionary<string, string> Flatten(JsonNode? node, bool deep, IReadOnlyList<string> but)
    {
        if (node is not JsonObject map)
            return [];
        if (!deep)
            return Primitives(map, but);
        var found = new Dictionary<string, string>();
        foreach (var (name, value) in map)
            Flatten(name, value, found);
        return found;
    }

    private static void Flatten(string name, JsonNode? node, Dictionary<string, string> found)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                    Flatten($"{name}[{key}]", value, found);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    Flatten($"{name}[{i}]", list[i], found);
                break;
            default:
                found[name] = Text(node);
                break;
        }
    }

    private static Dictionary<string, string> Primitives(JsonObject map, IReadOnlyList<string> but)
    {
        var found = new Dictionary<string, string>();
        foreach (var (name, value) in map.Where(pair => !but.Contains(pair.Key)))
        {
            if (value is JsonValue)
                found[name] = Text(value);
            else if (value is JsonObject inner && inner.All(pair => pair.Value is JsonValue text && text.GetValueKind() == System.Text.Json.JsonValueKind.String) && name is "Env" or "Meta")
                Flatten(name, value, found);
        }

        return found;
    }

    private static string Text(JsonNode? node) => node switch
    {
        null => "",
        _ when node.GetValueKind() == System.Text.Json.JsonValueKind.String => node.GetValue<string>(),
        _ => node.ToJsonString(),
    };
}
