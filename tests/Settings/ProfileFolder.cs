using Runbook.Settings;

namespace Tests.Settings;

/// <summary>A repository folder with profiles of the test's own.</summary>
internal sealed class ProfileFolder : IDisposable
{
    public const string Minimal = """{ "nomad": { "datacenter": "dc1" }, "postgres": { "version": 15 } }""";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("runbook-config-");

    public ProfileFolder() => _root.CreateSubdirectory(".nuke");

    public string Root => _root.FullName;

    public ProfileFolder With(string profile, string json)
    {
        var name = profile.Length == 0 ? "parameters.json" : $"parameters.{profile}.json";
        File.WriteAllText(Path.Combine(Root, ".nuke", name), json);
        return this;
    }

    public ClusterSettings Read(params string[] profiles) => Read(new Dictionary<string, string>(), profiles);

    public ClusterSettings Read(IReadOnlyDictionary<string, string> variables, params string[] profiles) =>
        ConfigReader.Read(Root, profiles, variables);

    /// <summary>The errors of one profile, as they are shown.</summary>
    public static IReadOnlyList<string> ErrorsOf(string json)
    {
        using var folder = new ProfileFolder().With("x", json);
        return folder.ErrorsOf(() => folder.Read("x"));
    }

    public IReadOnlyList<string> ErrorsOf(Func<ClusterSettings> read)
    {
        try
        {
            read();
            return [];
        }
        catch (ConfigurationException e)
        {
            return [.. e.Errors.Select(error => error.ToString())];
        }
    }

    public void Dispose() => _root.Delete(recursive: true);
}
