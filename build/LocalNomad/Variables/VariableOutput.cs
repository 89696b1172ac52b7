using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalNomad.Commands;
using LocalNomad.Model;

namespace LocalNomad.Variables;

/// <summary>How variables are printed, in the formats of Nomad's CLI.</summary>
internal static class VariableOutput
{
    private static readonly JsonWriterOptions TwoBlanks = new()
    {
        Indented = true, IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Formats of a single variable.</summary>
    public static IReadOnlyList<string> OfOne { get; } = ["hcl", "json", "none", "table"];

    /// <summary>Formats of a list.</summary>
    public static IReadOnlyList<string> OfList { get; } = ["json", "table", "terse"];

    /// <exception cref="UsageException">The format asked for is none of these.</exception>
    public static void Require(CommandLine line, IReadOnlyList<string> formats)
    {
        if (line.Text("out") is not { } asked || formats.Contains(asked))
            return;
        var reason = asked == "go-template"
            ? "\"go-template\" is not available on this single-node stand-in for Nomad"
            : "Invalid value for \"-out\"";
        throw line.Misuse($"{reason}; valid values are [{string.Join(", ", formats)}]\nFor additional help try 'nomad {line.Spec.Name} -help'");
    }

    /// <summary>Without an answer to <c>-out</c>: for people what they can read, for programs JSON.</summary>
    public static string Format(CommandLine line, bool terminal, string forPeople) => line.Text("out") ?? (terminal ? forPeople : "json");

    public static string Json(Variable variable)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, TwoBlanks))
        {
            writer.WriteStartObject();
            writer.WriteString("Namespace", variable.Namespace);
            writer.WriteString("Path", variable.Path);
            writer.WriteNumber("CreateIndex", variable.CreateIndex);
            writer.WriteNumber("ModifyIndex", variable.ModifyIndex);
            writer.WriteNumber("CreateTime", variable.CreateTime);
            writer.WriteNumber("ModifyTime", variable.ModifyTime);
            writer.WriteStartObject("Items");
            foreach (var (key, value) in Sorted(variable))
                writer.WriteString(key, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static string Hcl(Variable variable)
    {
        var width = variable.Items.Keys.Max(key => key.Length);
        return $$"""

            namespace    = "{{variable.Namespace}}"
            path         = "{{variable.Path}}"
            create_index = {{variable.CreateIndex}}  # Set by server
            modify_index = {{variable.ModifyIndex}}  # Set by server; consulted for check-and-set
            create_time  = {{variable.CreateTime}}   # Set by server
            modify_time  = {{variable.ModifyTime}}   # Set by server

            items = {
            {{string.Join('\n', Sorted(variable).Select(item => $"  {item.Key.PadLeft(width)} = {Quote(item.Value)}"))}}
            }

            """;
    }

    public static string Table(Variable variable)
    {
        var head = new List<(string, string)>
        {
            ("Namespace", variable.Namespace), ("Path", variable.Path), ("Create Time", Columns.Time(variable.CreateTime)),
        };
        if (variable.CreateTime != variable.ModifyTime)
            head.Add(("Modify Time", Columns.Time(variable.ModifyTime)));
        head.Add(("Check Index", $"{variable.ModifyIndex}"));
        return $"{Columns.Pairs(head)}\n\nItems\n{Columns.Pairs([.. Sorted(variable).Select(item => (item.Key, item.Value))])}";
    }

    public static string List(IReadOnlyList<Variable> variables, string format) => format switch
    {
        "json" => JsonText.Print(new JsonArray([.. variables.Select(Stub)])),
        "terse" => string.Join('\n', variables.Select(one => one.Path)),
        _ when variables.Count == 0 => "No matching variables found",
        _ => Columns.Table([["Namespace", "Path", "Last Updated"], .. variables.Select(one => new[] { one.Namespace, one.Path, Columns.Time(one.ModifyTime) })]),
    };

    // What a list tells: never the items.
    private static JsonNode Stub(Variable variable)
    {
        var stub = NomadJson.ToNode(variable with { Items = new Dictionary<string, string>() }, NomadJson.Default.Variable).AsObject();
        stub.Remove(nameof(Variable.Items));
        return stub;
    }

    private static string Quote(string text) => '"' + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() + '"';

    private static IEnumerable<KeyValuePair<string, string>> Sorted(Variable variable) => variable.Items.OrderBy(item => item.Key, StringComparer.Ordinal);
}
