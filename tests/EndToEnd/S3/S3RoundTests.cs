using Shouldly;
using Xunit;

namespace Tests.EndToEnd.S3;

/// <summary>Backups in a bucket: the round of backup, restore and going back, and what nobody may see of its keys.</summary>
public sealed class S3RoundTests(S3Cluster cluster) : IClassFixture<S3Cluster>
{
    private Checkout Checkout => cluster.Checkout;

    // In short by what S3ServerTests restores; a bucket's faults and secrets are tried each time.
    [Fact, Thorough]
    public async Task Backup_restore_to_a_time_online_to_the_end_and_back_again()
    {
        S3Server.SkipWhereMissing();
        await using var oracle = await cluster.Watch();
        await Checkout.Run(0, "Backup", "--backup-type", "full");
        await oracle.MoreAsync();
        await Checkout.Run(0, "Backup", "--backup-type", "incr");
        var row = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var left = await cluster.RestoreTo(oracle, RecoveryPoint.Time(row));

        var since = oracle.Timeline;
        await Checkout.Run(0, ["Restore", "--online", .. RecoveryPoint.Latest.Words]);
        await oracle.MoreAsync();
        await oracle.CheckAsync(RecoveryPoint.Latest, since);

        // All that was written before the first restore is still there, in the directory that it kept.
        oracle.Hold();
        since = oracle.Timeline;
        await Checkout.Run(0, "Undo", "--id", (await cluster.Kept())[0]);
        await oracle.CheckAsync(RecoveryPoint.Latest, since, left);
        oracle.Go();
        await oracle.MoreAsync();
    }

    [Fact]
    public async Task What_lies_in_the_bucket_is_encrypted()
    {
        S3Server.SkipWhereMissing();
        await cluster.Ready();
        var info = Checkout.Info("pgbackrest", "--config=/dev/null", "--log-level-file=off", "repo-get", "--raw", "/pgbackrest/backup/db-primary/backup.info");
        foreach (var (name, value) in cluster.Bucket.Options)
            info.Environment[$"PGBACKREST_{name.ToUpperInvariant().Replace('-', '_')}"] = value;
        using var run = new RunningBuild(info);
        var stored = await run.End();
        stored.ExitCode.ShouldBe(0, stored.ToString());
        stored.Out.ShouldStartWith("Salted__");
        stored.Out.ShouldNotContain("db-system-id");
    }

    [Fact]
    public async Task Its_keys_and_the_passphrase_are_seen_by_nobody()
    {
        S3Server.SkipWhereMissing();
        await cluster.Ready();
        var leaks = new Leaks(Checkout, [.. cluster.Secrets]);
        await leaks.NoneIn(0, "Deploy", "--verbosity", "verbose");
        await leaks.NoneIn(0, "Backup", "--backup-type", "incr", "--verbosity", "verbose");
        await leaks.NoneIn(0, "Status", "--output", "json");
        // In no job, rendered or running, and in no file or log but the node's own folder of secrets.
        await leaks.NoneAtRest();
        (await leaks.Files()).ShouldBe([Path.Combine(Checkout.State, "secrets", "pgbackrest.d", "repository.conf")]);
    }
}
