using System.Text.Json;

namespace Runbook.Settings;

/// <summary>The encrypted values of a profile's files, and which settings refer to one.</summary>
public sealed class EncryptedSecrets
{
    private readonly Dictionary<string, EncryptedSecret> _all = [];
    private readonly Dictionary<string, SourceLocation> _plain = [];
    private readonly string _files;

    internal EncryptedSecrets(IReadOnlyList<Layer> layers, ObjectNode merged)
    {
        _files = string.Join(" or ", layers.Select(layer => layer.File));
        foreach (var (layer, name, node) in layers.SelectMany(layer => layer.Root.Members.Select(m => (layer, m.Key, m.Value))))
        {
            // The upper file decides, also where it gives no encrypted value.
            _all.Remove(name);
            _plain.Remove(name);
            if (node is ScalarNode { Type: JsonTokenType.String } text && EncryptedValue.IsEncrypted(text.Text))
                _all[name] = new(name, layer.Profile, text.Text);
            else if (node is not ScalarNode { Type: JsonTokenType.Null })
                _plain[name] = node.Location;
        }

        Uses = [.. References(merged, "").Select(use => (use.Path, use.Text[SecretReference.EncryptedPrefix.Length..]))];
    }

    /// <summary>The values by name; of several with one name, the upper file's.</summary>
    public IReadOnlyDictionary<string, EncryptedSecret> All => _all;

    /// <summary>The settings that refer to one, as they stand in the files: path of the setting and name of the value.</summary>
    public IReadOnlyList<(string Path, string Name)> Uses { get; }

    /// <summary>What keeps <c>secret:NAME</c> from being read; null when nothing does.</summary>
    internal string? Problem(string name)
    {
        if (_all.ContainsKey(name))
            return null;
        return _plain.TryGetValue(name, out var place)
            ? $"secret:{name}: the value at {place} is not encrypted; remove it from the file and store it with Secrets --set {name}"
            : $"there is no encrypted value \"{name}\" in {_files}; {NearestWord.Hint(name, _all.Keys)}Secrets --set {name} creates it";
    }

    private static IEnumerable<(string Path, string Text)> References(ConfigNode node, string path) => node switch
    {
        ObjectNode @object => @object.Members.SelectMany(m => References(m.Value, path.Length == 0 ? m.Key : $"{path}.{m.Key}")),
        ArrayNode array => array.Items.SelectMany((item, i) => References(item, $"{path}[{i}]")),
        ScalarNode { Type: JsonTokenType.String } text when text.Text.StartsWith(SecretReference.EncryptedPrefix, StringComparison.Ordinal) => [(path, text.Text)],
        _ => [],
    };
}

/// <summary>One file of the configuration.</summary>
/// <param name="Profile">Its profile; null for the file that all profiles share.</param>
/// <param name="Root">What stands in it.</param>
internal sealed record Layer(string? Profile, ObjectNode Root)
{
    public string File => ConfigReader.FileOf(Profile);
}
