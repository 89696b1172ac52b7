using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Shouldly;

namespace Tests.EndToEnd.S3;

/// <summary>A bucket, as a profile and as pgBackRest itself are told of it.</summary>
internal sealed record S3Bucket(S3Gateway Gateway, string Name)
{
    public const string Region = "us-east-1";

    private const string KeyVariable = "S3_KEY";
    private const string SecretVariable = "S3_KEY_SECRET";

    /// <summary>What the repository of a profile names, by variable.</summary>
    public IReadOnlyDictionary<string, string> Secrets => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [KeyVariable] = Gateway.AccessKey,
        [SecretVariable] = Gateway.SecretKey,
    };

    /// <summary>The same place for pgBackRest, in the path style.</summary>
    public ImmutableDictionary<string, string> Options => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["repo1-type"] = "s3",
        ["repo1-path"] = "/pgbackrest",
        ["repo1-s3-endpoint"] = Gateway.Endpoint,
        ["repo1-s3-uri-style"] = "path",
        ["repo1-s3-bucket"] = Name,
        ["repo1-s3-region"] = Region,
        ["repo1-s3-key"] = Gateway.AccessKey,
        ["repo1-s3-key-secret"] = Gateway.SecretKey,
        ["repo1-storage-ca-file"] = Gateway.CaFile,
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>An entry of <c>pgbackrest.repositories</c>.</summary>
    public JsonObject Repository() => new()
    {
        ["type"] = "s3",
        ["path"] = "/pgbackrest",
        ["s3"] = new JsonObject
        {
            ["endpoint"] = $"https://{Gateway.Endpoint}",
            ["bucket"] = Name,
            ["region"] = Region,
            ["pathStyle"] = true,
            ["key"] = $"env:{KeyVariable}",
            ["keySecret"] = $"env:{SecretVariable}",
        },
        ["tls"] = new JsonObject { ["caFile"] = Gateway.CaFile },
    };

    /// <summary>Makes it the only repository of a checkout that is not deployed yet.</summary>
    /// <param name="checkout">It gets the configuration, and the secrets among its variables.</param>
    /// <param name="change">What else its repository is to have.</param>
    public void BecomesRepositoryOf(Checkout checkout, Action<JsonObject>? change = null)
    {
        var repository = Repository();
        change?.Invoke(repository);
        checkout.Configure(p => p["pgbackrest"]!["repositories"] = new JsonArray(repository));
        foreach (var (name, value) in Secrets)
            checkout.Variables[name] = value;
    }

    /// <summary>Makes it, by the command that pgBackRest has for its own tests.</summary>
    public async Task CreateAsync()
    {
        var info = new ProcessStartInfo("pgbackrest", ["--config=/dev/null", "--log-level-file=off", "repo-create"]);
        foreach (var (name, value) in Options)
            info.Environment[$"PGBACKREST_{name.ToUpperInvariant().Replace('-', '_')}"] = value;
        using var run = new RunningBuild(info);
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
    }
}
