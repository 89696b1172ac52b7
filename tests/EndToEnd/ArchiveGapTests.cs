using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A repository that is away for a while, and one that is away for too long: what Check says before, meanwhile and afterwards.</summary>
public sealed class ArchiveGapTests(ArchiveGapTests.ShortQueueCluster cluster) : IClassFixture<ArchiveGapTests.ShortQueueCluster>
{
    private Checkout Checkout => cluster.Checkout;

    private string Repository => Path.Combine(Checkout.Sandbox, "repository");

    [Fact, Thorough]
    public async Task An_outage_alarms_and_passes_and_what_was_dropped_is_told_until_a_full_backup_stands_behind_it()
    {
        (await Checkout.Run(0, "Check")).Out.ShouldContain("healthy: ");

        // Away for a while: the alarm comes, nothing is lost.
        Directory.Move(Repository, Repository + ".away");
        await Close("during the outage");
        await Close("still");
        await Wait.Until("archiving fails", async () => await Archiver("last_failed_time > last_archived_time") == "t", 30);
        var away = await Check(1);
        Level(away, "repository").ShouldBe("critical");
        Level(away, "archive-push").ShouldBe("warning");
        Level(away, "archive-queue").ShouldBe("warning", "two of the three segments that may wait do");
        Find(away, "archive-lag").GetProperty("values").GetProperty("wal_waiting_segments").GetInt32().ShouldBe(2);
        Measured(away, "archive-push").ShouldContain("archiving fails: ");
        await CheckItself("failed");
        (await Checkout.Run(0, "Status")).Out.ShouldContain("check       critical (pgbackrest check: ");

        Directory.Move(Repository + ".away", Repository);
        await Close("it is back");
        await Wait.Until("all WAL is archived", async () => await Checkout.Sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'") == "0", 60);
        await CheckItself("ok");
        (await Checkout.Run(0, "Check")).Out.ShouldContain("no WAL segment is missing in the repository");

        // Away for too long: more waits than may wait, and pgBackRest drops it, so that the disk does not run full.
        var folders = Directory.GetDirectories(Checkout.Archive).SelectMany(Directory.GetDirectories).ToList();
        folders.ForEach(f => File.SetUnixFileMode(f, UnixFileMode.UserRead | UnixFileMode.UserExecute));
        // At the very end of a segment PostgreSQL would name that one.
        await cluster.Write("the first that is dropped");
        var before = await Checkout.Sql("select pg_walfile_name(pg_current_wal_lsn())");
        for (var i = 0; i < 5; i++)
            await Close($"dropped {i}");
        var lastSwitch = DateTime.UtcNow;
        await Wait.Until("WAL is dropped", async () =>
        {
            // PostgreSQL tries again after a minute, or when a segment is closed.
            if (DateTime.UtcNow - lastSwitch > TimeSpan.FromSeconds(5))
            {
                await Close("another");
                lastSwitch = DateTime.UtcNow;
            }
            return string.CompareOrdinal(await Archiver("last_archived_wal"), before) >= 0;
        }, 60);
        var inside = await Checkout.Sql("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"')");
        folders.ForEach(f => File.SetUnixFileMode(f, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));

        var gap = Gap(await Check(1));
        gap.GetProperty("level").GetString().ShouldBe("critical");
        gap.GetProperty("measured").GetString()!.ShouldContain($"WAL segment {before} is missing while later ones are there: recovery cannot get past");
        gap.GetProperty("measured").GetString()!.ShouldContain("the last commit before it, can be restored until a backup has been taken");
        gap.GetProperty("next").GetString().ShouldBe("./build.sh Backup --backup-type full");

        await Checkout.Run(0, "Backup", "--backup-type", "full");
        var label = Checkout.Sets[^1].Label;
        var behind = await Check(5);
        behind.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("level").GetString() != "ok").Select(f => f.GetProperty("check").GetString()).ShouldBe(["wal-gap"]);
        Gap(behind).GetProperty("measured").GetString()!.ShouldContain($"the end of {label}, cannot be restored");

        // It says the truth: a restore to such a time is refused, with the same words.
        var refused = await Checkout.Run(3, "Restore", "--dry-run", "--target-time", inside);
        refused.Error.ShouldContain($"WAL segment {before} is missing while later ones are there");
        var prometheus = await Checkout.Run(5, "Check", "--output", "prometheus");
        prometheus.Out.ShouldContain("postgres_runbook_wal_gaps{cluster=\"postgres\",repository=\"1\"} 1");
        prometheus.Out.ShouldContain("postgres_runbook_check_level{cluster=\"postgres\"} 1");
        (await Checkout.Run(2, "Status", "--output", "prometheus")).Error.ShouldContain("of Check alone");
    }

    /// <summary>A commit, in a segment that is closed behind it.</summary>
    private async Task Close(string note)
    {
        await cluster.Write(note);
        await Checkout.Sql("select pg_switch_wal()");
    }

    private Task<string> Archiver(string what) => Checkout.Sql($"select {what} from pg_stat_archiver");

    private async Task<JsonElement> Check(int exitCode) => (await Checkout.Run(exitCode, "Check", "--output", "json")).Json();

    /// <summary>Lets the cluster check itself now, and waits for what it finds.</summary>
    private async Task CheckItself(string result)
    {
        var file = Path.Combine(Checkout.State, "check");
        File.Delete(file);
        (await Checkout.Nomad("job", "periodic", "force", "pgbackrest-check")).ExitCode.ShouldBe(0);
        await Wait.Until("the cluster has checked itself", () => File.Exists(file), 60);
        (await File.ReadAllLinesAsync(file, Wait.Token)).ShouldContain($"result={result}", await File.ReadAllTextAsync(file, Wait.Token));
    }

    private static JsonElement Gap(JsonElement check) => Find(check, "wal-gap");

    private static string? Level(JsonElement check, string name) => Find(check, name).GetProperty("level").GetString();

    private static string Measured(JsonElement check, string name) => Find(check, name).GetProperty("measured").GetString()!;

    private static JsonElement Find(JsonElement check, string name) =>
        check.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("check").GetString() == name);

    /// <summary>A cluster of which three WAL segments may wait.</summary>
    public sealed class ShortQueueCluster : Cluster
    {
        protected override void Prepare() => Checkout.Configure(p => p["pgbackrest"]!["archivePushQueueMax"] = 48);
    }
}
