namespace Runbook.Settings;

/// <summary>Reads a profile: <c>.nuke/parameters.json</c> with the files of the profiles laid over it.</summary>
public static class ConfigReader
{
    /// <summary>Reads, merges, binds and validates; either everything is right or nothing is returned.</summary>
    /// <param name="directory">Root of the repository: the folder that holds <c>.nuke</c>.</param>
    /// <param name="profiles">Names of the profiles, the later ones above the earlier ones.</param>
    /// <param name="variables">What <c>${name}</c> in a string stands for; nothing else is known.</param>
    /// <exception cref="ConfigurationException">Something is wrong; carries every error.</exception>
    public static ClusterSettings Read(
        string directory, IReadOnlyList<string> profiles, IReadOnlyDictionary<string, string> variables)
    {
        var errors = new List<ConfigurationError>();
        var (merged, secrets) = Merged(directory, profiles, errors);
        var binder = new Binder(new Variables(variables), secrets, errors);
        var settings = (ClusterSettings)binder.Record(typeof(ClusterSettings), merged, null, "");
        var broken = errors.Select(error => error.Path).ToHashSet();
        var problems = new Problems(binder.Locations, merged.Location, broken);
        settings = InitScript.Load(settings, directory, problems);
        SettingsValidator.Validate(settings, problems);
        errors.AddRange(problems.Found);
        return errors.Count == 0 ? settings : throw new ConfigurationException(errors);
    }

    /// <summary>The encrypted values of a profile, whether or not its settings can be used.</summary>
    /// <param name="directory">Root of the repository: the folder that holds <c>.nuke</c>.</param>
    /// <param name="profiles">Names of the profiles, the later ones above the earlier ones.</param>
    /// <exception cref="ConfigurationException">A file cannot be read.</exception>
    public static EncryptedSecrets ReadSecrets(string directory, IReadOnlyList<string> profiles) => Merged(directory, profiles, []).Secrets;

    private static (ObjectNode Settings, EncryptedSecrets Secrets) Merged(
        string directory, IReadOnlyList<string> profiles, List<ConfigurationError> errors)
    {
        var layers = Files(directory, profiles, errors).ToList();
        // What is missing in a file that cannot be read is no error of its own.
        if (errors.Count > 0)
            throw new ConfigurationException(errors);
        var nothing = new ObjectNode(new(FileOf(profiles is [.., var top] ? top : null)), new Dictionary<string, ConfigNode>());
        var merged = layers.Aggregate(nothing, (below, layer) => Layers.Merge(below, Sections(layer.Root)));
        return (merged, new EncryptedSecrets(layers, merged));
    }

    private static IEnumerable<Layer> Files(
        string directory, IReadOnlyList<string> profiles, List<ConfigurationError> errors)
    {
        foreach (var profile in profiles.Prepend(null))
        {
            var file = FileOf(profile);
            var path = Path.Combine(directory, file);
            if (!File.Exists(path))
            {
                // Only a profile must have a file; shared defaults are optional.
                if (profile is not null)
                    errors.Add(new("", $"there is no profile \"{profile}\"; {Existing(directory, profile)}", new(file)));
                continue;
            }

            if (JsonLayer.Parse(File.ReadAllBytes(path), file, errors) is { } layer)
                yield return new(profile, layer);
        }
    }

    // Values and lists at the top are parameters of the target host, which checks them itself, or encrypted values.
    private static ObjectNode Sections(ObjectNode layer) => layer with
    {
        Members = layer.Members.Where(member => member.Value is ObjectNode).ToDictionary(),
    };

    internal static string FileOf(string? profile) =>
        profile is null ? ".nuke/parameters.json" : $".nuke/parameters.{profile}.json";

    private static string Existing(string directory, string profile)
    {
        var folder = Path.Combine(directory, ".nuke");
        var names = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "parameters.*.json")
                .Select(path => Path.GetFileName(path)["parameters.".Length..^".json".Length])
                .Order(StringComparer.Ordinal).ToList()
            : [];
        return names.Count == 0 ? "no profile exists" : $"{NearestWord.Hint(profile, names)}existing: {string.Join(", ", names)}";
    }
}
