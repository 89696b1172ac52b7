using System.Text.Json;
using System.Text.Json.Serialization;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Secrets;

/// <summary>The passwords of the cluster's roles, in clear: for standard output and nothing else.</summary>
public static class PasswordsReport
{
    private const string NotThere = "(not on the node yet: ./build.sh Deploy)";
    private const string Rendered = "(rendered by Nomad, not kept on the node)";

    /// <summary>Each role that the configuration creates, with its password where the node has it.</summary>
    public static IReadOnlyList<PasswordDocument> Documents(ClusterSettings settings, IReadOnlyDictionary<string, string> onNode) =>
    [
        .. settings.Postgres.Databases.Where(d => d.CreateUser).Select(d => (Role: d.User, d.Password))
            .Prepend((Role: "postgres", Password: settings.Postgres.SuperuserPassword))
            // What lies there for a role that is rendered is of an earlier configuration.
            .Select(r => new PasswordDocument(
                r.Role, r.Password.IsTemplate ? null : onNode.GetValueOrDefault(r.Role), r.Password.Source == SecretSource.Generated ? "generated" : r.Password.ToString())),
    ];

    /// <summary>For programs.</summary>
    public static string Json(IReadOnlyList<PasswordDocument> documents) =>
        JsonSerializer.Serialize(documents, PasswordsJson.Default.IReadOnlyListPasswordDocument);

    /// <summary>For people.</summary>
    public static string Text(IReadOnlyList<PasswordDocument> documents) => Columns.Of(
    [
        ["role", "password", "from"],
        .. documents.Select(d => (string[])[d.Role, d.Password ?? (d.From.Contains("{{", StringComparison.Ordinal) ? Rendered : NotThere), d.From]),
    ]);
}

/// <summary>What <c>Passwords --output json</c> prints for each role.</summary>
/// <param name="Role">Its name.</param>
/// <param name="Password">In clear; null where the node has none: it was never deployed, or Nomad renders it.</param>
/// <param name="From">generated, or the reference in the configuration.</param>
public sealed record PasswordDocument(string Role, string? Password, string From);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<PasswordDocument>))]
public sealed partial class PasswordsJson : JsonSerializerContext;
