using System.Diagnostics;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd.S3;

/// <summary>A bucket that cannot be used: one clear error within a minute, and a cluster that goes on archiving with what it had.</summary>
public sealed class BucketFaultTests(S3Cluster cluster) : IClassFixture<S3Cluster>
{
    // Half a minute on a machine that does nothing else (nobody answers: 31 s); here six tests share its cores.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private Checkout Checkout => cluster.Checkout;

    [Theory]
    [InlineData("wrong secret", "the secret key is wrong")]
    [InlineData("unknown key", "the access key is not known there")]
    [InlineData("wrong CA", "its certificate is not signed by one that is trusted: set tls.caFile")]
    [InlineData("missing bucket", "the bucket does not exist")]
    [InlineData("dead endpoint", "no answer from there")]
    public async Task One_clear_error_and_nothing_is_changed(string fault, string words)
    {
        S3Server.SkipWhereMissing();
        await cluster.Ready();
        var before = await cluster.Unchanged();
        Outcome outcome;
        var watch = Stopwatch.StartNew();
        using (await Broken(fault))
            outcome = await Checkout.Run(3, "Deploy");

        watch.Elapsed.ShouldBeLessThan(Longest);
        var error = outcome.Error.Split('\n');
        error[0].ShouldStartWith("Target Deploy failed: ");
        error[0].ShouldEndWith(words);
        error[1].ShouldStartWith("state: nothing was changed");
        error[2].ShouldStartWith("next:  ");
        cluster.Secrets.Any(s => outcome.All.Contains(s, StringComparison.Ordinal)).ShouldBeFalse();
        (await cluster.Unchanged()).ShouldBe(before);
        // What was refused did not take the place of what works.
        await Checkout.Sql("select pg_create_restore_point('after the fault')");
        var wal = await Checkout.Sql("select pg_walfile_name(pg_switch_wal())");
        await Wait.Until("archived", async () => string.CompareOrdinal(await Checkout.Sql("select last_archived_wal from pg_stat_archiver"), wal) >= 0);
    }

    private async Task<IDisposable> Broken(string fault)
    {
        switch (fault)
        {
            case "wrong secret":
                return new OtherVariable(Checkout, "S3_KEY_SECRET", "wrong");
            case "unknown key":
                return new OtherVariable(Checkout, "S3_KEY", "NOBODY");
            case "wrong CA":
                using (var stranger = new TestAuthority("stranger"))
                    await File.WriteAllTextAsync(Path.Combine(Checkout.Path, "stranger.pem"), stranger.Pem, Wait.Token);
                return Edited(r => r["tls"]!["caFile"] = Path.Combine(Checkout.Path, "stranger.pem"));
            case "missing bucket":
                return Edited(r => r["s3"]!["bucket"] = "nobody-made-this");
            default:
                return Edited(r => r["s3"]!["endpoint"] = $"127.0.0.1:{S3Process.FreePort()}");
        }
    }

    private Edited Edited(Action<JsonNode> change) => new(Checkout, p => change(p["pgbackrest"]!["repositories"]![0]!));

    private sealed class OtherVariable : IDisposable
    {
        private readonly Checkout _checkout;
        private readonly (string Name, string Value) _right;

        public OtherVariable(Checkout checkout, string name, string value)
        {
            (_checkout, _right) = (checkout, (name, checkout.Variables[name]));
            checkout.Variables[name] = value;
        }

        public void Dispose() => _checkout.Variables[_right.Name] = _right.Value;
    }
}
