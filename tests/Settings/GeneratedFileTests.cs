using Shouldly;
using Xunit;

namespace Tests.Settings;

public class GeneratedFileTests
{
    private const string Start = "<!-- settings: generated from the records; run the tests with UPDATE_APPROVED=1 to regenerate them -->\n";
    private const string End = "<!-- /settings -->";

    [Fact]
    public void Documentation_shows_every_setting_as_it_is()
    {
        var path = Repository.PathOf("docs", "configuration.md");
        var committed = File.ReadAllText(path);
        var head = committed[..(committed.IndexOf(Start, StringComparison.Ordinal) + Start.Length)];
        var tail = committed[committed.IndexOf(End, StringComparison.Ordinal)..];
        Approved.ShouldMatch(path, $"{head}\n{MarkdownReference.Write()}{tail}");
    }

    [Fact]
    public void Schema_shows_every_setting_as_it_is() =>
        Approved.ShouldMatch(Repository.PathOf(".nuke", "config.schema.json"), SchemaReference.Write());

    [Fact]
    public void Every_setting_has_a_meaning() =>
        SettingsReference.All.Where(entry => entry.Meaning.Length == 0).Select(entry => entry.Path).ShouldBeEmpty();

    [Theory]
    [InlineData("datacenter_name"), InlineData("postgres_version"), InlineData("postgres_cluster_name")]
    [InlineData("postgres_port"), InlineData("postgres_job_name"), InlineData("postgres_init_job_name")]
    [InlineData("pgbackrest_job_name"), InlineData("pgbackrest_init_job_name"), InlineData("pgbackrest_restore_job_name")]
    [InlineData("pgbackrest_stanza"), InlineData("pgbackrest_s3_config"), InlineData("pgbackrest_s3_config.endpoint")]
    [InlineData("pgbackrest_s3_config.bucket"), InlineData("pgbackrest_s3_config.access_key")]
    [InlineData("pgbackrest_s3_config.secret_key"), InlineData("pgbackrest_s3_config.region")]
    [InlineData("pgbackrest_s3_config.force_path_style"), InlineData("backup_schedule")]
    [InlineData("backup_schedule.full.schedule"), InlineData("backup_schedule.full.retention_count")]
    [InlineData("backup_schedule.incremental.schedule"), InlineData("postgres_init"), InlineData("postgres_init[].database")]
    [InlineData("postgres_init[].user"), InlineData("postgres_init[].password"), InlineData("postgres_init[].create_user")]
    [InlineData("postgres_init_script"), InlineData("postgres_superuser_password"), InlineData("postgres_host_volumes_name")]
    [InlineData("consul_job_name"), InlineData("consul_connect"), InlineData("purge_on_destroy")]
    public void Every_variable_of_the_module_has_a_home(string variable) =>
        SettingsReference.All.Select(entry => entry.Rules.Replaces).ShouldContain(variable);
}
