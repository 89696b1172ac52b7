using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>What goes wrong below a restore: it is said, nothing is lost by it, and the same command or Undo leads out of it.</summary>
public sealed class RecoveryFaultTests(OracleCluster cluster) : IClassFixture<OracleCluster>
{
    private Checkout Checkout => cluster.Checkout;

    private string Repository => Path.Combine(Checkout.Sandbox, "repository");

    [Fact, Thorough]
    public async Task The_repository_goes_while_files_are_copied()
    {
        await using var oracle = await cluster.Watch();
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        oracle.Hold();
        string[] command = ["Restore", "Revert", "--backup-set", "latest", .. RecoveryPoint.Latest.Words];
        cluster.Gate.Freeze("restore", 300);
        using (var run = Checkout.Start(command))
        {
            await cluster.Gate.Reached(run);
            using (new Aside(Repository))
            {
                Thaw();
                Failed(await run.End());
            }
        }
        await Checkout.Run(0, command);
        await oracle.CheckAsync(RecoveryPoint.Latest, since);
    }

    // The case that cost rows elsewhere: PostgreSQL takes a repository that does not answer for the end of the archive.
    [Fact, Thorough]
    public async Task The_repository_goes_while_WAL_is_replayed()
    {
        await using var oracle = await cluster.Watch();
        await oracle.MoreAsync();
        await Checkout.Sql("select pg_switch_wal()");
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        oracle.Hold();
        string[] command = ["Restore", "Revert", "--backup-set", "latest", .. RecoveryPoint.Latest.Words];
        cluster.Gate.Hold("archive-get");
        using (var run = Checkout.Start(command))
        {
            await cluster.Gate.Reached(run);
            using (new Aside(Repository))
            {
                cluster.Gate.Open();
                Failed(await run.End());
            }
        }
        await Checkout.Run(0, command);
        await oracle.CheckAsync(RecoveryPoint.Latest, since);
    }

    [Fact, Thorough]
    public async Task A_WAL_segment_is_missing_between_others()
    {
        await using var oracle = await cluster.Watch();
        await cluster.FullBackup();
        var reachable = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var gap = await Switched();
        await oracle.MoreAsync();
        await Switched();
        var segment = Directory.GetFiles(Checkout.Archive, gap + "-*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var server = Checkout.ServerProcess;
        using (new Aside(segment))
        {
            foreach (var words in new[] { RecoveryPoint.Latest.Words, RecoveryPoint.Lsn(oracle.Last).Words })
            {
                var refused = await Checkout.Run(3, ["Restore", .. words]);
                refused.Error.ShouldContain(gap);
                refused.Error.ShouldContain("state: nothing was changed");
                refused.Error.ShouldContain("next:  ");
            }
            Checkout.ServerProcess.ShouldBe(server);
            await oracle.CheckAsync();
            // What lies before the gap can still be had.
            var (label, stop) = await cluster.NewestSet();
            reachable.From.ShouldBeGreaterThanOrEqualTo(stop);
            await cluster.RestoreTo(oracle, RecoveryPoint.EndOf(label, stop));
        }
    }

    [Fact, Thorough]
    public async Task A_file_of_the_backup_is_cut_off_or_has_another_byte()
    {
        await using var oracle = await cluster.Watch();
        var (label, stop) = await cluster.FullBackup();
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        oracle.Hold();
        var point = RecoveryPoint.EndOf(label, stop);
        string[] command = ["Restore", "Revert", .. point.Words];
        var file = new DirectoryInfo(Path.Combine(Checkout.Backups, label)).GetFiles("*", SearchOption.AllDirectories).MaxBy(f => f.Length)!.FullName;
        var whole = await File.ReadAllBytesAsync(file, Wait.Token);

        // Written into the file itself: another one would have another owner.
        await Overwrite(file, whole[..(whole.Length / 2)]);
        Failed(await Checkout.Run(command));
        var other = whole.ToArray();
        for (var i = other.Length / 2; i < (other.Length / 2) + 64; i++)
            other[i] ^= 0xff;
        await Overwrite(file, other);
        Failed(await Checkout.Run(command));

        // Back to where it was: nothing had touched the live directory.
        if ((await Checkout.Status()).GetProperty("state").GetString() != "running")
            await Checkout.Run(0, "Undo");
        await oracle.CheckAsync();
        await Overwrite(file, whole);
        await Checkout.Run(0, command);
        await oracle.CheckAsync(point, since);
    }

    // Another checkout that sees the same Nomad: it has nothing of what the first one knew.
    [Fact, Thorough]
    public async Task The_machine_of_the_first_operator_is_gone_and_another_one_takes_over()
    {
        await using var oracle = await cluster.Watch();
        var row = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        var point = RecoveryPoint.Time(row);
        oracle.Hold();
        await using var other = new Checkout();
        File.Copy(Checkout.Profile, other.Profile, overwrite: true);
        Directory.CreateDirectory(Path.GetDirectoryName(other.Sandbox)!);
        Directory.CreateSymbolicLink(other.Sandbox, Checkout.Sandbox);
        other.Variables["PATH"] = Checkout.Variables["PATH"];

        cluster.Gate.Freeze("restore", 300);
        using (var run = Checkout.Start(["Restore", .. point.Words]))
        {
            await cluster.Gate.Reached(run);
            run.Signal(Processes.Kill);
            await run.End();
        }
        var seen = await other.Status();
        seen.GetProperty("state").GetString().ShouldBe("restoring");
        seen.GetProperty("restore").GetProperty("bytesCopied").GetInt64().ShouldBeGreaterThan(0);
        // The node still works on it: another restore must wait, the same one takes it up.
        (await other.Run(4, "Restore", "--backup-set", "latest")).Error.ShouldContain("a restore is running already");
        using (var second = other.Start(["Restore", "Revert", .. point.Words]))
        {
            await Wait.Until("taken up", () => second.Ended || second.Said.Contains("still runs on the node", StringComparison.Ordinal), 60, () => second.Said);
            Thaw();
            var outcome = await second.End();
            outcome.ExitCode.ShouldBe(0, outcome.ToString());
        }
        await oracle.CheckAsync(point, since);
    }

    private void Thaw()
    {
        Processes.Signal(cluster.Gate.Frozen, Processes.Continue);
        foreach (var child in Checkout.Running.Where(p => p.Parent == cluster.Gate.Frozen))
            Processes.Signal(child.Id, Processes.Continue);
        cluster.Gate.Open();
    }

    private static void Failed(Outcome outcome)
    {
        outcome.ExitCode.ShouldBeOneOf([1, 3], outcome.ToString());
        outcome.Error.ShouldContain("failed: ", Case.Sensitive, outcome.ToString());
        outcome.Error.ShouldContain("state: ", Case.Sensitive, outcome.ToString());
        outcome.Error.ShouldContain("next:  ", Case.Sensitive, outcome.ToString());
    }

    private static async Task Overwrite(string file, byte[] bytes)
    {
        await using var stream = new FileStream(file, FileMode.Truncate);
        await stream.WriteAsync(bytes, Wait.Token);
    }

    /// <summary>Ends a WAL segment, waits until it is archived, and tells its name.</summary>
    private async Task<string> Switched()
    {
        var segment = await Checkout.Sql("select pg_walfile_name(pg_switch_wal())");
        await Wait.Until($"{segment} archived", () => Directory.GetFiles(Checkout.Archive, segment + "-*", SearchOption.AllDirectories).Length > 0);
        return segment;
    }
}
