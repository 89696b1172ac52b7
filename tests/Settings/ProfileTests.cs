using System.Text.Json;
using System.Text.Json.Nodes;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

/// <summary>The profiles that come with the repository.</summary>
public class ProfileTests
{
    private static readonly Dictionary<string, string> Sandbox = new()
    {
        ["sandbox.directory"] = "/checkout/.nuke/temp/sandbox",
        ["sandbox.user"] = "postgres",
        ["sandbox.port"] = "15432",
        ["sandbox.version"] = "17",
    };

    public static ClusterSettings Local() => ConfigReader.Read(Repository.Root, ["local"], Sandbox);

    public static ClusterSettings Example() => ConfigReader.Read(Repository.Root, ["example"], new Dictionary<string, string>());

    [Fact]
    public void Local_touches_nothing_outside_of_the_sandbox()
    {
        var settings = Local();

        settings.Nomad.Driver.ShouldBe(TaskDriver.RawExec);
        settings.Postgres.Version.ShouldBe(17);
        settings.Postgres.Port.ShouldBe(15432);
        settings.Postgres.ListenAddresses.ShouldBe("127.0.0.1");
        new[]
        {
            settings.Volumes.Data.Path, settings.Volumes.Socket.Path, settings.Volumes.Log.Path,
            settings.Pgbackrest.Repositories[0].Path,
        }.ShouldAllBe(path => path.StartsWith("/checkout/.nuke/temp/sandbox/", StringComparison.Ordinal));
    }

    [Fact]
    public void Example_is_valid_without_variables() => Example().Pgbackrest.Repositories[0].S3!.Key!.ToString().ShouldBe("env:PGBACKREST_S3_KEY");

    [Fact]
    public void Example_shows_every_setting()
    {
        var shown = Paths(Parse("parameters.example.json"), "").ToHashSet();
        SettingsReference.All.Select(entry => entry.Path).Where(path => !shown.Contains(path) && !OtherStorage(path)).ShouldBeEmpty();
    }

    // What stands in the place of a bucket; nobody has them all.
    private static bool OtherStorage(string path) => path.Split('.') is [_, "repositories[]", "azure" or "gcs" or "sftp", ..];

    [Theory]
    [InlineData("parameters.json"), InlineData("parameters.local.json"), InlineData("parameters.example.json")]
    public void Profiles_name_the_schema_and_hold_nothing_but_sections(string file)
    {
        var root = Parse(file);
        root["$schema"]!.GetValue<string>().ShouldBe("./config.schema.json");
        root.Where(member => member.Key != "$schema").ShouldAllBe(member => member.Value is JsonObject);
    }

    private static JsonObject Parse(string file) => JsonNode.Parse(
        File.ReadAllText(Repository.PathOf(".nuke", file)), null,
        new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();

    private static IEnumerable<string> Paths(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            Paths(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}")).Append(path),
        JsonArray items => items.SelectMany(item => Paths(item, path + "[]")).Append(path),
        _ => [path],
    };
}
