using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Runbook.Settings;

namespace Tests.Settings;

/// <summary>Every setting as the records declare it, with the meaning from their XML documentation.</summary>
internal sealed record SettingEntry(
    string Section, string Name, PropertyInfo Property, SettingAttribute Rules, bool Required, object? Default, string Meaning)
{
    public string Path => Section.Length == 0 ? Name : $"{Section}.{Name}";

    public Type? Item => Property.PropertyType is { IsGenericType: true } type
        && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The record that this setting holds, itself or as items; null for a value.</summary>
    public Type? Record => SettingNames.IsRecord(Item ?? Property.PropertyType) ? Item ?? Property.PropertyType : null;

    public string ChildSection => Item is null ? Path : Path + "[]";
}

internal static partial class SettingsReference
{
    private static readonly Dictionary<string, XElement> Documentation =
        XDocument.Load(Path.ChangeExtension(typeof(ClusterSettings).Assembly.Location, ".xml"))
            .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    public static IReadOnlyList<SettingEntry> All { get; } =
        [.. Walk("", new ClusterSettings { Nomad = null!, Postgres = null! })];

    public static IEnumerable<SettingEntry> Of(string section) => All.Where(entry => entry.Section == section);

    public static string MeaningOf(Type type) => Meaning("T:" + type.FullName);

    public static string MeaningOf(FieldInfo word) => Meaning($"F:{word.DeclaringType!.FullName}.{word.Name}");

    private static IEnumerable<SettingEntry> Walk(string section, object defaults)
    {
        foreach (var property in SettingNames.Settings(defaults.GetType()))
        {
            var entry = new SettingEntry(section, SettingNames.Of(property), property, SettingNames.Rules(property),
                property.IsDefined(typeof(RequiredMemberAttribute)), property.GetValue(defaults), MeaningOf(property));
            yield return entry;
            if (entry.Record is not { } record)
                continue;
            var inner = entry.Item is null && entry.Default is { } own ? own : Activator.CreateInstance(record)!;
            foreach (var child in Walk(entry.ChildSection, inner))
                yield return child;
        }
    }

    private static string MeaningOf(PropertyInfo property)
    {
        for (var type = property.DeclaringType; type is not null; type = type.BaseType)
        {
            if (Meaning($"P:{type.FullName}.{property.Name}") is { Length: > 0 } meaning)
                return meaning;
        }

        return "";
    }

    private static string Meaning(string member)
    {
        if (!Documentation.TryGetValue(member, out var element) || element.Element("summary") is not { } summary)
            return "";
        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => node.ToString(),
        }));
        // Nodes print themselves escaped.
        return Blanks().Replace(System.Net.WebUtility.HtmlDecode(text), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
