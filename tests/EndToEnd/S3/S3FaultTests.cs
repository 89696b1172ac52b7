using Shouldly;
using Xunit;

namespace Tests.EndToEnd.S3;

/// <summary>What pgBackRest makes of an S3 server that it cannot use, and how long it takes to say so.</summary>
public sealed class S3FaultTests(S3Server server)
{
    /// <summary>
    /// Measured with pgBackRest 2.45, job-retry=0 and the 6 s of the runbook as io-timeout. A wrong key, secret or bucket: at once. An
    /// untrusted certificate: 6 s, one io-timeout. Connections refused, taken in silence, or no address for the name: 24 s,
    /// four. archive-get (103) and restore ask twice, so 12 s and 49 s. info ends with 0 whatever it is, and restore with 75, as
    /// if the repository held no set.
    /// </summary>
    [Fact]
    public async Task What_is_wrong_has_its_exit_code_after_a_known_time()
    {
        var gateway = await server.GatewayAsync();
        await using var refusing = await server.StartGatewayAsync();
        await using var silent = await server.StartGatewayAsync();
        await using var cluster = new PlainCluster();
        var bucket = await gateway.CreateBucketAsync();
        var other = Path.Combine(cluster.Folder, "other.pem");
        await File.WriteAllTextAsync(other, OtherAuthority(), Wait.Token);
        await refusing.StopAsync();
        await silent.FreezeAsync();

        const string Endpoint = "repo1-s3-endpoint", Refused = "Connection refused";
        (string Option, string Value, string Command, int Code, int Times, string Said)[] cases =
        [
            ("repo1-s3-key-secret", "wrong", "repo-ls", 39, 0, "403 (Forbidden)"),
            ("repo1-s3-key", "UNKNOWN", "repo-ls", 39, 0, "403 (Forbidden)"),
            ("repo1-s3-bucket", "missing", "repo-ls", 39, 0, "NoSuchBucket"),
            ("repo1-s3-key-secret", "wrong", "restore", 75, 0, "403 (Forbidden)"),
            ("repo1-storage-ca-file", other, "repo-ls", 95, 1, "unable to verify certificate"),
            (Endpoint, refusing.Endpoint, "repo-ls", 49, 4, Refused),
            (Endpoint, silent.Endpoint, "repo-ls", 42, 4, "waiting for read"),
            (Endpoint, refusing.Endpoint, "info", 0, 4, Refused),
            (Endpoint, refusing.Endpoint, "restore", 75, 8, Refused),
        ];
        // They wait more than they work.
        await Task.WhenAll(cases.Select(async (c, number) =>
        {
            // Short where only the time is waited for; the runbook's own where an answer has to come.
            var timeout = c.Times > 1 ? 1 : 6;
            var file = cluster.Configure($"wrong-{number}", bucket.Options.SetItem(c.Option, c.Value).Add("io-timeout", $"{timeout}"));
            var failed = await cluster.Try(file, [c.Command, .. c.Command == "repo-ls" ? [] : new[] { $"--stanza={PlainCluster.Stanza}" }]);
            failed.Outcome.ExitCode.ShouldBe(c.Code, $"{c}: {failed}");
            failed.Outcome.All.ShouldContain(c.Said, Case.Sensitive, $"{c}: {failed}");
            failed.Outcome.All.ShouldNotContain(gateway.SecretKey);
            // What is more than that is a busy machine.
            failed.Elapsed.TotalSeconds.ShouldBeInRange(c.Times * timeout * 0.9, (c.Times * timeout) + 10, $"{c}: {failed}");
        }));
    }

    [Fact]
    public async Task An_outage_of_ones_own_is_seen_by_nobody_else_and_ends()
    {
        var shared = await server.GatewayAsync();
        await using var own = await server.StartGatewayAsync();
        await using var cluster = new PlainCluster();
        var bucket = await own.CreateBucketAsync();
        var mine = cluster.Configure("own", bucket.Options.Add("io-timeout", "1"));
        var theirs = cluster.Configure("shared", (bucket with { Gateway = shared }).Options);
        async Task<int> Ask(string configuration) => (await cluster.Try(configuration, "repo-ls")).Outcome.ExitCode;

        (await Ask(mine)).ShouldBe(0);
        await own.StopAsync();
        (await Ask(mine)).ShouldBe(49);
        (await Ask(theirs)).ShouldBe(0);
        await own.StartAsync();
        (await Ask(mine)).ShouldBe(0);
        await own.FreezeAsync();
        (await Ask(mine)).ShouldBe(42);
        // Nothing waits for the one that does not answer.
        await shared.CreateBucketAsync();
        await own.ThawAsync();
        (await Ask(mine)).ShouldBe(0);
    }

    private static string OtherAuthority()
    {
        using var authority = new TestAuthority("somebody else");
        return authority.Pem;
    }
}
