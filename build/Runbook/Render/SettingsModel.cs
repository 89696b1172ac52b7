using Runbook.Config;
using Scriban.Runtime;

namespace Runbook.Render;

/// <summary>
/// What templates see of the settings: the names of the configuration file, and nothing else of the records. A secret
/// appears as its reference, because that is all the settings hold.
/// </summary>
internal static class SettingsModel
{
    public static ScriptObject Of(object record)
    {
        var model = new ScriptObject();
        foreach (var property in SettingNames.Settings(record.GetType()))
            model[SettingNames.Of(property)] = Value(property.GetValue(record));
        if (record is S3Settings s3)
        {
            model["host"] = s3.Host;
            model["port"] = s3.EffectivePort;
        }

        return model;
    }

    private static object? Value(object? value) => value switch
    {
        null or string or int or bool => value,
        TimeSpan duration => Duration.Format(duration),
        Enum word => SettingNames.Of(word),
        SecretReference secret => new ScriptObject
        {
            ["isTemplate"] = secret.IsTemplate,
            ["template"] = secret.IsTemplate ? secret.Locator : null,
        },
        IReadOnlyDictionary<string, string> map => Map(map),
        System.Collections.IEnumerable list => new ScriptArray(list.Cast<object>().Select(Value)),
        _ => Of(value),
    };

    private static ScriptArray Map(IReadOnlyDictionary<string, string> map) => new(map
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => new ScriptObject { ["name"] = entry.Key, ["value"] = entry.Value }));
}
