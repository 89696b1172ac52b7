using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd.S3;

/// <summary>pgBackRest against the S3 server of the tests: what every other test on it takes for granted.</summary>
public sealed partial class S3ServerTests(S3Server server)
{
    [Fact]
    public async Task A_cluster_is_backed_up_and_restored_over_checked_TLS_and_encrypted()
    {
        var gateway = await server.GatewayAsync();
        var bucket = await gateway.CreateBucketAsync();
        await using var cluster = new PlainCluster();
        var options = bucket.Options.Add("repo1-cipher-type", "aes-256-cbc").Add("repo1-cipher-pass", "only the test knows");
        var path = cluster.Configure("path", options);
        await cluster.CreateAsync(path);
        await cluster.Run(path, "stanza-create");
        await cluster.Run(path, "check");
        // More than a part of an upload, of a kind that does not get smaller.
        await cluster.Sql("create table ballast as select gen_random_uuid() a, gen_random_uuid() b from generate_series(1, 250000)");
        await cluster.Run(path, "backup", "--type=full");
        await cluster.Sql("create table note as select 'written after the backup' as text");
        await cluster.Sql("select pg_switch_wal()");
        await cluster.StopAsync(cluster.Data);

        // Like Amazon's own: the bucket in the host's name, which only the test's endpoint has no DNS for.
        var host = cluster.Configure("host", options.SetItem("repo1-s3-uri-style", "host").SetItem("repo1-s3-endpoint", "localhost")
            .Add("repo1-storage-host", "127.0.0.1").Add("repo1-storage-port", $"{gateway.Port}"));
        await cluster.Run(host, "restore", $"--pg1-path={cluster.Restored}", "--archive-mode=off");
        await cluster.StartAsync(cluster.Restored);
        await Wait.Until("recovered", async () => await cluster.Sql("select pg_is_in_recovery()") == "f");
        (await cluster.Sql("select count(*) from ballast")).ShouldBe("250000");
        (await cluster.Sql("select text from note")).ShouldBe("written after the backup");

        var mine = gateway.Requests.Where(r => r.Contains(bucket.Name, StringComparison.Ordinal)).ToList();
        mine.ShouldContain(r => FinishedUpload().IsMatch(r), "the table came in parts");
        gateway.Requests.ShouldContain(r => r.Contains("\"GET /pgbackrest/backup/", StringComparison.Ordinal), "the bucket was in the host's name");
        var raw = await cluster.Try(path, "repo-get", "--raw", $"backup/{PlainCluster.Stanza}/backup.info");
        raw.Outcome.Out.ShouldStartWith("Salted__", Case.Sensitive, raw.ToString());
    }

    [Fact]
    public async Task A_second_server_runs_beside_the_first_and_leaves_nothing()
    {
        await server.GatewayAsync();
        string folder;
        await using (var second = await S3Process.StartAsync())
        {
            folder = second.Folder;
            await (await S3Gateway.StartAsync(second)).CreateBucketAsync("alone");
            Processes.Of(folder).Count.ShouldBeGreaterThanOrEqualTo(4);
        }
        Processes.Of(folder).ShouldBeEmpty();
        Directory.Exists(folder).ShouldBeFalse();
    }

    [GeneratedRegex("\"POST /[^ ]*/base/[^ ]*[?]uploadId=[^ ]* HTTP/1.1\" 200 ")]
    private static partial Regex FinishedUpload();
}
