using Runbook.Cluster;
using Runbook.Settings;
using Shouldly;
using Tests.Render;
using Xunit;

namespace Tests.Cluster;

/// <summary>What a task says of its configuration is compared with settings: both must come to the same.</summary>
public sealed class ConfiguredRepositoryTests(TemplatesFixture templates) : IClassFixture<TemplatesFixture>
{
    public static TheoryData<string> Names => [.. Scenarios.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_rendered_configuration_is_the_one_of_its_settings(string scenario)
    {
        var settings = Scenarios.All[scenario];
        var conf = Scenarios.Render(scenario, templates.Root).First(j => j.Id == settings.Pgbackrest.JobName).Text.Split('\n').Select(l => l.Trim());
        // As the node cuts it, but for the options that it leaves out.
        var said = string.Join('\n', conf.Where(l => l.StartsWith("repo", StringComparison.Ordinal) && l.Contains('=', StringComparison.Ordinal)).Select(l => "fact config." + l.Replace('=', ' ')));
        NodeFacts.Parse(said, settings.Pgbackrest.Stanza).Configured.ShouldBe(ConfiguredRepository.Of(settings));
    }

    [Fact]
    public void The_place_is_named_as_in_the_configuration()
    {
        foreach (var repository in Scenarios.All.Values.SelectMany(s => s.Pgbackrest.Repositories))
            RepositoryPlace.Of(repository).Location.ShouldBe(repository.Location);
    }

    [Fact]
    public void The_same_bucket_behind_another_endpoint_is_another_place()
    {
        var s3 = new RepositorySettings { Type = RepositoryType.S3, S3 = new() { Endpoint = "a.example.com", Bucket = "b", Region = "r" } };
        RepositoryPlace.Of(s3).ShouldNotBe(RepositoryPlace.Of(s3 with { S3 = s3.S3 with { Endpoint = "b.example.com" } }));
        RepositoryPlace.Of(s3).ShouldNotBe(RepositoryPlace.Of(s3 with { S3 = s3.S3 with { Port = 9000 } }));
        RepositoryPlace.Of(s3).ShouldBe(RepositoryPlace.Of(s3 with { S3 = s3.S3 with { Endpoint = "https://a.example.com" } }));
    }
}
