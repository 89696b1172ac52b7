using System.Text;
using System.Text.Json;
using Common;

namespace Runbook.Settings;

/// <summary>A JSON value that knows where it stands, so that an error can point at it.</summary>
internal abstract record ConfigNode(SourceLocation Location);

internal sealed record ObjectNode(SourceLocation Location, IReadOnlyDictionary<string, ConfigNode> Members)
    : ConfigNode(Location);

internal sealed record ArrayNode(SourceLocation Location, IReadOnlyList<ConfigNode> Items) : ConfigNode(Location);

/// <summary>A string, number, true, false or null; <paramref name="Text"/> is the string's value or the literal.</summary>
internal sealed record ScalarNode(SourceLocation Location, JsonTokenType Type, string Text) : ConfigNode(Location);

/// <summary>Reads one file of the configuration into nodes.</summary>
internal static class JsonLayer
{
    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Parses a file's content.</summary>
    /// <param name="json">The content.</param>
    /// <param name="file">What errors call the file.</param>
    /// <param name="errors">Receives what is wrong.</param>
    /// <returns>The file's object; null when it cannot be read.</returns>
    public static ObjectNode? Parse(byte[] json, string file, ICollection<ConfigurationError> errors)
    {
        // A byte order mark is no JSON, but editors write it.
        var content = Utf8Text.WithoutMark(json);
        if (Utf8Text.Problem(content) is { } wrong)
        {
            errors.Add(new("", wrong.Problem, new(file, wrong.Line, wrong.Column)));
            return null;
        }

        var reader = new Utf8JsonReader(content, Options);
        try
        {
            var parser = new Parser(content, file, errors);
            reader.Read();
            var root = parser.Value(ref reader, "");
            while (reader.Read())
            {
            }

            if (root is ObjectNode top)
                return top;
            errors.Add(new("", "the file must contain one JSON object", root.Location));
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0);
            var column = CharactersBefore(content, line, (int)(e.BytePositionInLine ?? 0));
            errors.Add(new("", $"not valid JSON: {Reason(e)}", new(file, line + 1, column + 1)));
        }

        return null;
    }

    // The framework's text ends with its own, zero-based position.
    private static string Reason(JsonException e) => e.Message.Split(" LineNumber:")[0].TrimEnd('.', ' ');

    private static int CharactersBefore(ReadOnlySpan<byte> content, int line, int bytes)
    {
        for (var i = 0; i < line; i++)
            content = content[(content.IndexOf((byte)'\n') + 1)..];
        return Encoding.UTF8.GetCharCount(content[..Math.Min(bytes, content.Length)]);
    }

    private sealed class Parser(byte[] content, string file, ICollection<ConfigurationError> errors)
    {
        public ConfigNode Value(ref Utf8JsonReader reader, string path)
        {
            var location = Locate(reader.TokenStartIndex);
            return reader.TokenType switch
            {
                JsonTokenType.StartObject => Object(ref reader, path, location),
                JsonTokenType.StartArray => Array(ref reader, path, location),
                JsonTokenType.String => new ScalarNode(location, JsonTokenType.String, reader.GetString()!),
                var type => new ScalarNode(location, type, Encoding.UTF8.GetString(reader.ValueSpan)),
            };
        }

        private ObjectNode Object(ref Utf8JsonReader reader, string path, SourceLocation location)
        {
            var members = new Dictionary<string, ConfigNode>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                var keyPath = path.Length == 0 ? key : $"{path}.{key}";
                var keyLocation = Locate(reader.TokenStartIndex);
                reader.Read();
                var value = Value(ref reader, keyPath);
                if (!members.TryAdd(key, value))
                    errors.Add(new(keyPath, $"is given twice; first at {members[key].Location}", keyLocation));
            }

            return new(location, members);
        }

        private ArrayNode Array(ref Utf8JsonReader reader, string path, SourceLocation location)
        {
            var items = new List<ConfigNode>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(Value(ref reader, $"{path}[{items.Count}]"));
            return new(location, items);
        }

        private SourceLocation Locate(long index)
        {
            var before = content.AsSpan(0, (int)index);
            var lineStart = before.LastIndexOf((byte)'\n') + 1;
            return new(file, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
        }
    }
}
