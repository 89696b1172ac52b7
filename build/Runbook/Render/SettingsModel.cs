using Runbook.Settings;
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
        switch (record)
        {
            case S3Settings s3:
                model["host"] = s3.Host;
                model["port"] = s3.EffectivePort;
                break;
            case AzureSettings azure:
                model["host"] = azure.Host;
                model["port"] = azure.Port;
                break;
            case GcsSettings gcs:
                model["host"] = gcs.Host;
                break;
            case PostgresSettings postgres:
                AddKinds(model, postgres.Settings);
                break;
            case ServerTlsSettings tls:
                model["templates"] = new ScriptArray(tls.Files.Where(file => file.Reference.IsTemplate)
                    .Select(file => new ScriptObject { ["name"] = file.File, ["template"] = file.Reference.Locator }));
                break;
            case PgbackrestSettings pgbackrest:
                AddRepositories(model, pgbackrest.Repositories);
                break;
        }

        return model;
    }

    // Those that need a restart are in the server's job; the others reach a running server.
    private static void AddKinds(ScriptObject model, IReadOnlyDictionary<string, string> settings)
    {
        model["restartSettings"] = Map(settings.Where(s => !ReloadableSettings.Has(s.Key)));
        model["reloadSettings"] = Map(settings.Where(s => ReloadableSettings.Has(s.Key)));
    }

    // pgBackRest numbers them, and so do we wherever one is named.
    private static void AddRepositories(ScriptObject model, IReadOnlyList<RepositorySettings> repositories)
    {
        foreach (var (repository, i) in ((ScriptArray)model["repositories"]!).Cast<ScriptObject>().Select((r, i) => (r, i)))
        {
            repository["number"] = i + 1;
            repository["usesTls"] = repositories[i].UsesTls;
        }

        model["repositoryNumbers"] = string.Join(' ', Enumerable.Range(1, repositories.Count));
        model["templateSecrets"] = new ScriptArray(RepositorySecrets.Of(repositories).Where(secret => secret.Reference.IsTemplate)
            .Select(secret => new ScriptObject { ["option"] = secret.Option, ["template"] = secret.Reference.Locator }));
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

    private static ScriptArray Map(IEnumerable<KeyValuePair<string, string>> map) => new(map
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => new ScriptObject { ["name"] = entry.Key, ["value"] = entry.Value }));
}
