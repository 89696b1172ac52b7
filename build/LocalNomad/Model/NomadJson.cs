using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LocalNomad.Model;

[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(Allocation))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class NomadJson : JsonSerializerContext
{
    // Sorted keys and four blanks, as the real CLI prints.
    private static readonly JsonSerializerOptions Printed = new()
    {
        WriteIndented = true,
        IndentSize = 4,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = Default,
    };

    public static JsonNode ToNode<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!;

    public static string Print(JsonNode? node) =>
        JsonSerializer.Serialize(Sorted(node), (JsonTypeInfo<JsonNode?>)Printed.GetTypeInfo(typeof(JsonNode)));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };
}
