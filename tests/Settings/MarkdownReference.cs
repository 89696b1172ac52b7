using System.Text;
using Runbook.Settings;

namespace Tests.Settings;

/// <summary>The tables of docs/configuration.md.</summary>
internal static class MarkdownReference
{
    public static string Write()
    {
        var text = new StringBuilder();
        foreach (var section in SettingsReference.All.Select(entry => entry.Section).Distinct().Where(s => s.Length > 0))
        {
            var values = SettingsReference.Of(section).Where(entry => entry.Record is null || entry.Item is not null
                || entry.Default is null).ToList();
            if (values.Count == 0)
                continue;
            var owner = SettingsReference.All.Single(entry => entry.ChildSection == section && entry.Record is not null);
            text.Append($"### {section}\n\n{owner.Meaning}\n\n");
            text.Append("| setting | type | default | meaning | replaces |\n| --- | --- | --- | --- | --- |\n");
            foreach (var entry in values)
                text.Append($"| `{entry.Path}` | {TypeOf(entry)} | {DefaultOf(entry)} | {MeaningOf(entry)} | {ReplacesOf(entry)} |\n");
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string TypeOf(SettingEntry entry)
    {
        var (type, rules) = (entry.Property.PropertyType, entry.Rules);
        var unit = rules.Unit.Length > 0 ? " " + rules.Unit : "";
        return type switch
        {
            _ when type == typeof(int) => $"number, {rules.Minimum} to {rules.Maximum}{unit}",
            _ when type == typeof(bool) => "true, false",
            _ when type == typeof(TimeSpan) => $"duration, {Text(TimeSpan.FromSeconds(rules.Minimum))} to {Text(TimeSpan.FromSeconds(rules.Maximum))}",
            _ when type == typeof(SecretReference) => "secret",
            { IsEnum: true } => string.Join(", ", SettingNames.Words(type).Keys.Select(word => $"`{word}`")),
            _ when entry.Item is not null => entry.Record is null ? "list of text" : "list of objects",
            _ when type == typeof(IReadOnlyDictionary<string, string>) => "names and values",
            _ when entry.Record is not null => "object or null",
            _ => "text",
        };
    }

    private static string DefaultOf(SettingEntry entry) => entry switch
    {
        { Required: true } => "*required*",
        { Rules.DefaultText: { Length: > 0 } words } => words.Contains('/') ? $"`{words}`" : words,
        { Property.PropertyType: var type } when type == typeof(SecretReference) => "generated",
        { Default: null } => "`null`",
        { Default: string text } => $"`\"{text}\"`",
        { Default: bool flag } => flag ? "`true`" : "`false`",
        { Default: TimeSpan duration } => $"`\"{Text(duration)}\"`",
        { Default: Enum word } => $"`\"{SettingNames.Of(word)}\"`",
        { Default: int number } => $"`{number}`",
        { Item: not null } => "`[]`",
        _ => "`{}`",
    };

    private static string MeaningOf(SettingEntry entry) => entry.Meaning.Replace("|", "\\|", StringComparison.Ordinal);

    private static string ReplacesOf(SettingEntry entry) =>
        entry.Rules.Replaces.Length > 0 ? $"`{entry.Rules.Replaces}`" : "";

    private static string Text(TimeSpan duration) => Duration.Format(duration);
}
