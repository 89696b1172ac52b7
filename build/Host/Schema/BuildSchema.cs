using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Host.Parameters;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Host.Schema;

/// <summary>The JSON schema of the parameters files, in the layout of NUKE 10, for editors to complete and check them.</summary>
internal static class BuildSchema
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static string Render(IEnumerable<ExecutableTarget> targets, IEnumerable<ParameterDeclaration> parameters)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://json-schema.org/draft-04/schema#");
            json.WriteStartObject("definitions");
            WriteEnum(json, "ExecutableTarget", targets.Select(x => x.Name).Order(StringComparer.Ordinal));
            WriteEnum(json, "Verbosity", Enum.GetNames<Verbosity>());
            json.WriteStartObject("NukeBuild");
            json.WriteStartObject("properties");
            foreach (var option in HostOptions.All.Where(x => x != HostOptions.Completion))
                WriteHostOption(json, option);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("allOf");
            json.WriteStartObject();
            json.WriteStartObject("properties");
            foreach (var parameter in parameters)
                WriteParameter(json, parameter);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject();
            json.WriteString("$ref", "#/definitions/NukeBuild");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteHostOption(Utf8JsonWriter json, HostOption option)
    {
        json.WriteStartObject(option.Name);
        var isArray = option.Arity is OptionArity.Many or OptionArity.MaybeTargets;
        var reference = option == HostOptions.VerbosityOption;
        if (!reference)
            json.WriteString("type", option.Arity == OptionArity.Flag ? "boolean" : isArray ? "array" : "string");
        json.WriteString("description", option.Description);
        if (reference)
            json.WriteString("$ref", "#/definitions/Verbosity");
        if (isArray)
        {
            json.WriteStartObject("items");
            if (option == HostOptions.Profile)
                json.WriteString("type", "string");
            else
                json.WriteString("$ref", "#/definitions/ExecutableTarget");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteParameter(Utf8JsonWriter json, ParameterDeclaration parameter)
    {
        json.WriteStartObject(parameter.Name);
        if (parameter.IsArray)
            json.WriteString("type", "array");
        else
            WriteType(json, parameter, Nullable.GetUnderlyingType(parameter.Type) is not null);
        if (parameter.Description is not null)
            json.WriteString("description", parameter.Description.TrimEnd('.'));
        if (parameter.IsSecret)
            json.WriteString("default", "Secrets must be entered via 'nuke :secrets [profile]'");
        if (parameter.IsArray)
        {
            json.WriteStartObject("items");
            WriteType(json, parameter, isNullable: false);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, ParameterDeclaration parameter, bool isNullable)
    {
        var (type, format) = SchemaType(parameter.ItemType);
        if (isNullable)
        {
            json.WriteStartArray("type");
            json.WriteStringValue(type);
            json.WriteStringValue("null");
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("type", type);
        }

        if (format is not null)
            json.WriteString("format", format);

        // Values from a provider may differ from one machine to the next; this file is committed.
        if (parameter.ItemType.IsEnum)
            WriteStrings(json, "enum", Enum.GetNames(parameter.ItemType));
    }

    private static (string Type, string? Format) SchemaType(Type type)
    {
        if (type == typeof(bool))
            return ("boolean", null);
        if (type == typeof(int) || type == typeof(long))
            return ("integer", type == typeof(int) ? "int32" : "int64");
        return type == typeof(double) || type == typeof(decimal) ? ("number", type == typeof(double) ? "double" : "decimal") : ("string", null);
    }

    private static void WriteEnum(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "string");
        WriteStrings(json, "enum", values);
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
