using System.Globalization;
using System.Text.Json.Nodes;
using NpgsqlTypes;

namespace Tests.EndToEnd;

/// <summary>A cluster that is written to all the time; its pgbackrest can be stopped at a chosen moment.</summary>
public class OracleCluster : GatedCluster
{
    /// <summary>A cluster that runs, and a client that writes to it from now on.</summary>
    internal async Task<Oracle> Watch()
    {
        await Ready();
        return await Oracle.StartAsync(Checkout);
    }

    /// <summary>A full backup, taken while rows are written, with the position at which it ended: for who goes back to its end,
    /// since an older set holds the rows of an oracle before this one.</summary>
    internal async Task<(string Label, NpgsqlLogSequenceNumber Stop)> FullBackup()
    {
        await Checkout.Run(0, "Backup", "--backup-type", "full");
        return await NewestSet();
    }

    /// <summary>The newest set, with the position at which it ended.</summary>
    internal async Task<(string Label, NpgsqlLogSequenceNumber Stop)> NewestSet()
    {
        var label = Checkout.Sets[^1].Label;
        var stop = File.ReadLines(Path.Combine(Checkout.Backups, label, "backup.manifest")).Single(l => l.StartsWith("backup-lsn-stop=", StringComparison.Ordinal));
        return (label, NpgsqlLogSequenceNumber.Parse(stop.Split('"')[1]));
    }

    /// <summary>Restores to a point while rows are written, to a serving cluster, and counts.</summary>
    internal async Task<Line> RestoreTo(Oracle oracle, RecoveryPoint point)
    {
        var since = oracle.Timeline;
        oracle.Hold();
        await Checkout.Run(0, ["Restore", "Revert", .. point.Words]);
        var replaced = await oracle.CheckAsync(point, since);
        oracle.Go();
        await oracle.MoreAsync();
        return replaced;
    }

    /// <summary>The ids of the directories that restores set aside, oldest first.</summary>
    internal async Task<string[]> Kept()
    {
        // By when they were set aside, which is when they were renamed.
        using var find = new RunningBuild(Checkout.Info("find", Checkout.DataFolder, "-maxdepth", "1", "-name", "*.kept-*", "-printf", @"%C@ %f\n"));
        return
        [
            .. (await find.End()).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))
                .OrderBy(w => double.Parse(w[0], CultureInfo.InvariantCulture)).Select(w => w[1][(w[1].IndexOf(".kept-", StringComparison.Ordinal) + 6)..]),
        ];
    }

    protected override void Prepare()
    {
        base.Prepare();
        Checkout.Configure(p =>
        {
            // Commit times to the microsecond, as recovery sees them.
            p["postgres"]!["settings"]!["track_commit_timestamp"] = "on";
            // Some tests take full backups; the first of them is still wanted at the end of a story.
            p["pgbackrest"]!["repositories"]![0]!["retention"] = new JsonObject { ["full"] = 50 };
        });
    }

    protected override async Task Reset()
    {
        await base.Reset();
        if (Checkout.RestoreState("phase") is not ("" or "started"))
            await Checkout.Run("Undo");
    }
}
