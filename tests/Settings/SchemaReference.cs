using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runbook.Settings;

namespace Tests.Settings;

/// <summary>The JSON schema that editors use for the profiles.</summary>
internal static class SchemaReference
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Settings of a PostgreSQL cluster on Nomad",
            ["type"] = "object",
            // The parameters of the build stand in the same files; their schema is written by the build itself.
            ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = "./build.schema.json" }),
            // Nothing is required here: a file may hold a part, the layers below it the rest.
            ["properties"] = Properties(""),
            // What secret:NAME names: encrypted, or it does not belong there. Which names there are is nobody else's business.
            ["patternProperties"] = new JsonObject
            {
                [$"^(?!({string.Join('|', EncryptedSecret.Sections)})$){EncryptedSecret.Pattern}$"] = new JsonObject
                {
                    ["type"] = new JsonArray("string", "null"),
                    ["pattern"] = "^v1:",
                    ["description"] = "Encrypted secret, written by ./build.sh Secrets --set NAME. Settings refer to it as secret:NAME.",
                },
            },
        };
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Properties(string section)
    {
        var properties = new JsonObject();
        foreach (var entry in SettingsReference.Of(section))
            properties[entry.Name] = Property(entry);
        return properties;
    }

    private static JsonObject Property(SettingEntry entry)
    {
        var schema = Shape(entry);
        schema["description"] = entry.Meaning.Replace("`", "", StringComparison.Ordinal)
            + (entry.Rules.Unit.Length > 0 ? $" Unit: {entry.Rules.Unit}." : "");
        if (!entry.Required && Default(entry.Default) is { } value)
            schema["default"] = value;
        return schema;
    }

    private static JsonObject Shape(SettingEntry entry)
    {
        var (type, rules) = (entry.Property.PropertyType, entry.Rules);
        if (entry.Record is not null)
        {
            var inner = new JsonObject
            {
                ["type"] = entry.Item is null && entry.Default is null && !entry.Required
                    ? new JsonArray("object", "null") : "object",
                ["properties"] = Properties(entry.ChildSection),
                ["additionalProperties"] = false,
            };
            return entry.Item is null ? inner : new() { ["type"] = "array", ["items"] = inner };
        }

        if (entry.Item is not null)
            return new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };
        if (type == typeof(IReadOnlyDictionary<string, string>))
            return new()
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
            };
        if (type == typeof(int))
            return OrVariable(new() { ["type"] = "integer", ["minimum"] = rules.Minimum, ["maximum"] = rules.Maximum });
        if (type == typeof(bool))
            return OrVariable(new() { ["type"] = "boolean" });
        if (type.IsEnum)
            return new() { ["enum"] = new JsonArray([.. SettingNames.Words(type).Keys.Select(word => JsonValue.Create(word))]) };
        if (type == typeof(TimeSpan))
            return new() { ["type"] = "string", ["pattern"] = "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$" };
        if (type == typeof(SecretReference))
            return new() { ["type"] = "string", ["pattern"] = (rules.MayBeGenerated ? "^$|" : "") + @"^env:|^file:/|^secret:|\{\{" };
        var text = new JsonObject { ["type"] = "string" };
        if (rules.NotEmpty)
            text["minLength"] = 1;
        return text;
    }

    private static JsonObject OrVariable(JsonObject shape) => new()
    {
        ["anyOf"] = new JsonArray(shape, new JsonObject { ["type"] = "string", ["pattern"] = @"^\$\{[^}]+\}$" }),
    };

    private static JsonNode? Default(object? value) => value switch
    {
        string text => text,
        bool flag => flag,
        int number => number,
        TimeSpan duration => Duration.Format(duration),
        Enum word => SettingNames.Of(word),
        SecretReference => "",
        _ => null,
    };
}
