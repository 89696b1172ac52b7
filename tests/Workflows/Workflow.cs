using Tests.Settings;
using YamlDotNet.RepresentationModel;

namespace Tests.Workflows;

/// <summary>A file below <c>.github</c>, read as YAML and as text.</summary>
internal sealed record Workflow(string Path, string Text, YamlMappingNode Root)
{
    /// <summary>All workflows, and the actions of our own.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.GetFiles(Repository.PathOf(".github"), "*.yml", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(Repository.PathOf(".github"), f)).Order(StringComparer.Ordinal),
    ];

    public static Workflow Read(string name)
    {
        var text = File.ReadAllText(Repository.PathOf(".github", name));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return new(name, text, (YamlMappingNode)yaml.Documents[0].RootNode);
    }

    public bool IsWorkflow => Path.StartsWith("workflows/", StringComparison.Ordinal);

    public IEnumerable<(string Name, YamlMappingNode Job)> Jobs => IsWorkflow
        ? ((YamlMappingNode)Root["jobs"]).Children.Select(j => (((YamlScalarNode)j.Key).Value!, (YamlMappingNode)j.Value))
        : [];

    public IEnumerable<YamlMappingNode> Steps => IsWorkflow ? Jobs.SelectMany(j => StepsOf(j.Job)) : StepsOf((YamlMappingNode)Root["runs"]);

    /// <summary>The shell of every step.</summary>
    public IEnumerable<string> Scripts => Steps.Select(s => Value(s, "run")).Where(s => s.Length > 0);

    public static IEnumerable<YamlMappingNode> StepsOf(YamlMappingNode job) => ((YamlSequenceNode)job["steps"]).Children.Cast<YamlMappingNode>();

    /// <summary>A text; empty where the key is missing.</summary>
    public static string Value(YamlNode node, params string[] path)
    {
        foreach (var key in path)
        {
            if (node is not YamlMappingNode map || !map.Children.TryGetValue(new YamlScalarNode(key), out var inner))
                return "";
            node = inner;
        }
        return node is YamlScalarNode scalar ? scalar.Value ?? "" : node.ToString();
    }
}
