using System.Text.Json;
using System.Text.Json.Serialization;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Secrets;

/// <summary>The names of the encrypted values of a profile; never a value.</summary>
public static class SecretsReport
{
    /// <summary>What is there, and what is referred to and missing.</summary>
    public static SecretsDocument Document(EncryptedSecrets secrets)
    {
        IReadOnlyList<string> UsedBy(string name) => [.. secrets.Uses.Where(use => use.Name == name).Select(use => use.Path)];
        return new(
            [.. secrets.All.Values.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => new SecretDocument(s.Name, s.File, UsedBy(s.Name)))],
            [.. secrets.Uses.Select(use => use.Name).Distinct().Where(name => !secrets.All.ContainsKey(name)).Order(StringComparer.Ordinal)
                .Select(name => new SecretDocument(name, null, UsedBy(name)))]);
    }

    /// <summary>For programs.</summary>
    public static string Json(SecretsDocument document) => JsonSerializer.Serialize(document, SecretsJson.Default.SecretsDocument);

    /// <summary>For people.</summary>
    public static string Text(SecretsDocument document)
    {
        var rows = document.Secrets.Select(s => (string[])[s.Name, s.File!, s.UsedBy.Count > 0 ? string.Join(", ", s.UsedBy) : "no setting"]).ToList();
        var text = rows.Count > 0 ? Columns.Of([["secret", "in", "used by"], .. rows]) : "no secret is encrypted in the files of this profile";
        var missing = document.Missing.Select(s => $"\nmissing: {s.Name}, for {string.Join(", ", s.UsedBy)}: ./build.sh Secrets --set {s.Name}");
        return text + string.Concat(missing);
    }

    /// <summary>What else stands in a file, for who named something that does not.</summary>
    public static string Hint(string name, SecretsFile file)
    {
        var names = file.Read().Select(s => s.Name).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? "there are none" : $"{NearestWord.Hint(name, names)}existing: {string.Join(", ", names)}";
    }
}

/// <summary>What <c>Secrets --output json</c> prints.</summary>
/// <param name="Secrets">The encrypted values that are there.</param>
/// <param name="Missing">Those that a setting refers to and that are not.</param>
public sealed record SecretsDocument(IReadOnlyList<SecretDocument> Secrets, IReadOnlyList<SecretDocument> Missing);

/// <summary>An encrypted value.</summary>
/// <param name="Name">As in <c>secret:NAME</c>.</param>
/// <param name="File">Where it stands; null for one that is missing.</param>
/// <param name="UsedBy">Paths of the settings that refer to it.</param>
public sealed record SecretDocument(string Name, string? File, IReadOnlyList<string> UsedBy);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SecretsDocument))]
public sealed partial class SecretsJson : JsonSerializerContext;
