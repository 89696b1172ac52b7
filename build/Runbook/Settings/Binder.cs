using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Runbook.Settings;

/// <summary>
/// Turns nodes into the records. It goes on after an error, so that all of them are told at once; a setting that is
/// wrong keeps its default.
/// </summary>
internal sealed class Binder(Variables variables, EncryptedSecrets secrets, ICollection<ConfigurationError> errors)
{
    private readonly Dictionary<string, SourceLocation> _locations = [];
    private SourceLocation? _root;

    /// <summary>Where each setting that stands in a file stands.</summary>
    public IReadOnlyDictionary<string, SourceLocation> Locations => _locations;

    /// <summary>Binds a record.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="node">What the file says; null when it says nothing.</param>
    /// <param name="defaults">The record to start from; null to start from the type's own defaults.</param>
    /// <param name="path">Path of the record.</param>
    public object Record(Type type, ConfigNode? node, object? defaults, string path)
    {
        _root ??= node?.Location;
        var record = defaults is null ? Blank(type) : Copy(defaults);
        var members = (node as ObjectNode)?.Members ?? new Dictionary<string, ConfigNode>();
        if (node is not null and not ObjectNode)
            Fail(path, $"found {Describe(node)}; allowed: an object {{ ... }}", node);

        var settings = SettingNames.Settings(type).ToDictionary(SettingNames.Of);
        foreach (var (key, value) in members.Where(m => !settings.ContainsKey(m.Key)))
            Fail(Join(path, key), $"unknown setting; {NearestWord.Hint(key, settings.Keys)}allowed: "
                + string.Join(", ", settings.Keys), value);

        foreach (var (key, property) in settings)
        {
            var keyPath = Join(path, key);
            if (members.TryGetValue(key, out var value))
                Set(record, property, value, keyPath);
            else if (property.IsDefined(typeof(RequiredMemberAttribute)))
                Missing(record, property, node, keyPath);
        }

        return record;
    }

    private void Set(object record, PropertyInfo property, ConfigNode node, string path)
    {
        _locations[path] = node.Location;
        if (Value(property.PropertyType, SettingNames.Rules(property), node, property.GetValue(record), path) is { } value)
            property.SetValue(record, value.Content);
    }

    private void Missing(object record, PropertyInfo property, ConfigNode? parent, string path)
    {
        // A missing section is reported by its missing settings, which say what to write.
        if (SettingNames.IsRecord(property.PropertyType))
            property.SetValue(record, Record(property.PropertyType, null, null, path));
        else
            errors.Add(new(path, $"is missing; required: {Allowed(property.PropertyType, SettingNames.Rules(property))}",
                parent?.Location ?? _root));
    }

    private Bound? Value(Type type, SettingAttribute rules, ConfigNode node, object? current, string path)
    {
        if (SettingNames.IsRecord(type))
        {
            // Only a section that may be absent may be null: Nullable annotations do not survive to here, its default does.
            if (node is ScalarNode { Type: JsonTokenType.Null } && current is null)
                return new(null);
            return new(Record(type, node, current, path));
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
            return node is ObjectNode map ? Map(map, path) : Wrong(type, rules, node, path);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return node is ArrayNode array ? List(type.GetGenericArguments()[0], array, path) : Wrong(type, rules, node, path);
        return node is ScalarNode scalar ? Scalar(type, rules, scalar, path) : Wrong(type, rules, node, path);
    }

    private Bound? Scalar(Type type, SettingAttribute rules, ScalarNode node, string path)
    {
        var failed = false;
        var isText = node.Type == JsonTokenType.String;
        var text = isText ? variables.Expand(node.Text, problem =>
        {
            failed = true;
            Fail(path, problem, node);
        }) : node.Text;
        if (failed)
            return null;
        // A variable is always text; where it stands alone it takes the type of the setting.
        var isLiteral = !isText || Variables.IsWhole(node.Text);

        if (type == typeof(SecretReference))
            return isText ? Secret(rules, text, node, path) : Wrong(type, rules, node, path);
        if (type == typeof(string) && isText)
            return rules.NotEmpty && text.Length == 0 ? Wrong(type, rules, node, path) : new(text);
        if (type == typeof(bool) && isLiteral && bool.TryParse(text, out var flag))
            return new(flag);
        if (type == typeof(int) && isLiteral && int.TryParse(text, out var number)
            && number >= rules.Minimum && number <= rules.Maximum)
            return new(number);
        if (type == typeof(TimeSpan) && isText && Duration.Parse(text) is { } duration
            && duration.TotalSeconds >= rules.Minimum && duration.TotalSeconds <= rules.Maximum)
            return new(duration);
        if (type.IsEnum && isText && SettingNames.Words(type).TryGetValue(text, out var word))
            return new(word);
        return Wrong(type, rules, node with { Text = text }, path);
    }

    private Bound? Secret(SettingAttribute rules, string text, ScalarNode node, string path)
    {
        if (text.Length == 0 && rules.MayBeEmpty)
            return new(null);
        var problem = SecretReference.Parse(text, out var reference);
        if (reference is { Source: SecretSource.Encrypted })
            problem = secrets.Problem(reference.Locator);
        if (problem is null && text.Length == 0 && !rules.MayBeGenerated)
            problem = $"is empty; allowed: {Allowed(typeof(SecretReference), rules)}";
        if (problem is null)
            return new(reference);
        Fail(path, problem, node);
        return null;
    }

    private Bound Map(ObjectNode node, string path)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Members)
        {
            var keyPath = Join(path, key);
            _locations[keyPath] = value.Location;
            if (value is ScalarNode { Type: not JsonTokenType.Null } scalar)
                map[key] = scalar.Type switch
                {
                    JsonTokenType.True => "on",
                    JsonTokenType.False => "off",
                    JsonTokenType.String => variables.Expand(scalar.Text, problem => Fail(keyPath, problem, value)),
                    _ => scalar.Text,
                };
            else
                Fail(keyPath, $"found {Describe(value)}; allowed: a string, a number, true or false", value);
        }

        return new(map);
    }

    private Bound List(Type type, ArrayNode node, string path)
    {
        var list = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type))!;
        for (var i = 0; i < node.Items.Count; i++)
        {
            var itemPath = $"{path}[{i}]";
            _locations[itemPath] = node.Items[i].Location;
            if (Value(type, new SettingAttribute { NotEmpty = true }, node.Items[i], null, itemPath) is { Content: { } item })
                list.Add(item);
            else if (SettingNames.IsRecord(type) && node.Items[i] is ScalarNode { Type: JsonTokenType.Null })
                Fail(itemPath, "found null; allowed: an object { ... }", node.Items[i]);
        }

        return new(list);
    }

    private Bound? Wrong(Type type, SettingAttribute rules, ConfigNode node, string path)
    {
        var hint = type.IsEnum && node is ScalarNode scalar
            ? NearestWord.Hint(scalar.Text, SettingNames.Words(type).Keys)
            : "";
        // What stands where a secret belongs may be one.
        var found = type == typeof(SecretReference) ? "is not a text" : $"found {Describe(node)}";
        Fail(path, $"{found}; {hint}allowed: {Allowed(type, rules)}", node);
        return null;
    }

    private void Fail(string path, string problem, ConfigNode node) => errors.Add(new(path, problem, node.Location));

    /// <summary>The values that a setting of this type takes, in words.</summary>
    internal static string Allowed(Type type, SettingAttribute rules)
    {
        var unit = rules.Unit.Length > 0 ? " " + rules.Unit : "";
        if (type == typeof(int))
            return $"a whole number from {rules.Minimum} to {rules.Maximum}{unit}";
        if (type == typeof(TimeSpan))
            return $"a duration such as \"90s\", \"5m\" or \"1h30m\", from {Duration.Format(TimeSpan.FromSeconds(rules.Minimum))} "
                + $"to {Duration.Format(TimeSpan.FromSeconds(rules.Maximum))}";
        if (type == typeof(bool))
            return "true or false";
        if (type.IsEnum)
            return string.Join(", ", SettingNames.Words(type).Keys.Select(word => $"\"{word}\""));
        if (type == typeof(SecretReference))
            return (rules.MayBeGenerated ? "\"\" (generated), " : rules.MayBeEmpty ? "\"\" (none), " : "") + "env:NAME, file:/path, secret:NAME or a Nomad template {{ ... }}";
        if (type == typeof(IReadOnlyDictionary<string, string>))
            return "an object of names and values { ... }";
        if (type.IsGenericType)
            return "a list [ ... ]";
        return rules.NotEmpty ? "a non-empty text" : "a text";
    }

    private static string Describe(ConfigNode node) => node switch
    {
        ObjectNode => "an object",
        ArrayNode => "a list",
        ScalarNode { Type: JsonTokenType.String, Text.Length: 0 } => "an empty text",
        ScalarNode { Type: JsonTokenType.String } scalar => $"\"{scalar.Text}\"",
        ScalarNode scalar => scalar.Text,
        _ => "nothing",
    };

    // Reflection does not insist on required members: each that is missing becomes an error, or a default where one is null.
    private static object Blank(Type type) => Activator.CreateInstance(type)!;

    private static object Copy(object record) => record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private sealed record Bound(object? Content);
}
