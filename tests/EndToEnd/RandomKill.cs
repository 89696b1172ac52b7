using System.Diagnostics;
using System.Text.Json;
using Shouldly;

namespace Tests.EndToEnd;

/// <summary>
/// One strike: a procedure is begun, something of it is killed at a random moment, and then an operator does what an
/// operator does: looks, and types the same command again, or Undo. It ends with a serving cluster whose rows are counted.
/// </summary>
internal sealed class RandomKill(OracleCluster cluster, Oracle oracle, Dictionary<string, double> lasts)
{
    private static readonly string[] Victims = ["runbook", "agent", "restore task", "server"];

    private readonly List<int> _codes = [];

    private Checkout Checkout => cluster.Checkout;

    /// <summary>Strikes, and says how it went.</summary>
    /// <param name="seed">Decides what is struck, where it is aimed, and what the operator does.</param>
    /// <param name="told">Learns what was chosen and what happened, also when it ends badly.</param>
    public async Task RunAsync(int seed, KillRow told)
    {
        // Scattered: Random begins alike for seeds that lie side by side.
        var random = new Random(unchecked(seed * -1640531535));
        var procedure = Pick(random, "Restore", "Restore Revert", "Revert", "Undo");
        var strategy = Pick(random, "beside", "beside", "online", procedure is "Revert" or "Undo" ? "beside" : "in-place");
        var point = await PointAsync(random, seed);
        var restore = point.With(strategy switch { "online" => ["--online"], "in-place" => ["--in-place", "--yes"], _ => [] });
        told.Procedure = $"{procedure}, {strategy}, {point.Kind}";
        // In place there is no way back.
        var undo = random.NextDouble() < 0.4 && strategy != "in-place";

        var since = oracle.Timeline;
        var kept = await cluster.Kept();
        string[] command = [.. procedure == "Restore Revert" ? procedure.Split(' ') : ["Restore"], .. restore.Words];
        Line? undone = null;
        var id = "";
        if (procedure == "Undo")
        {
            undone = await cluster.RestoreTo(oracle, restore);
            since = oracle.Timeline;
            id = (await cluster.Kept()).Except(kept).Single();
            command = ["Undo", "--id", id];
        }
        oracle.Hold();
        if (procedure == "Revert")
        {
            await Checkout.Run(0, command);
            command = ["Revert"];
        }

        var survived = await StrikeAsync(random, procedure, command, told);
        var line = undone;
        if (!survived)
            (point, line) = procedure == "Undo" ? await AgainAsync(command, id, undone!, told)
                : undo ? await UndoAsync(kept, told)
                : await AgainAsync(command, point, told);
        else if (procedure == "Undo")
            point = RecoveryPoint.Latest;

        if (await Checkout.Status() is var ended && !Serves(ended))
            await OperateAsync(ended.GetProperty("state").GetString() == "stopped" ? "Deploy" : "Revert");
        told.Ending += $" ({string.Join(' ', _codes)})";
        var status = await Checkout.Status();
        Serves(status).ShouldBeTrue(status.ToString());
        status.GetProperty("jobs").EnumerateArray().Where(j => j.GetProperty("name").GetString()!.StartsWith("pgbackrest-", StringComparison.Ordinal))
            .ShouldAllBe(j => j.GetProperty("status").GetString() != "stopped");
        await oracle.CheckAsync(point, since, line);
        oracle.Go();
        await oracle.MoreAsync();
    }

    private async Task<RecoveryPoint> PointAsync(Random random, int seed)
    {
        oracle.Go();
        await oracle.MoreAsync();
        var row = await oracle.MoreAsync(1 + random.Next(20));
        var name = $"strike-{seed}-{row.Number}";
        var kind = random.Next(6);
        if (kind == 4)
            row = await oracle.MarkAsync(name);
        await oracle.MoreAsync(1 + random.Next(20));
        var (label, stop) = await cluster.NewestSet();
        return kind switch
        {
            0 => RecoveryPoint.EndOf(label, stop),
            1 => RecoveryPoint.Time(row),
            2 => RecoveryPoint.Lsn(row),
            3 => RecoveryPoint.Xid(row),
            4 => RecoveryPoint.Name(name, row),
            _ => RecoveryPoint.Latest,
        };
    }

    /// <returns>Whether the procedure did its work all the same.</returns>
    private async Task<bool> StrikeAsync(Random random, string procedure, string[] command, KillRow told)
    {
        // Revert starts no restore task.
        var victim = told.Victim = Pick(random, procedure == "Revert" ? [.. Victims.Where(v => v != "restore task")] : Victims);
        using var run = Checkout.Start(command);
        var watch = Stopwatch.StartNew();
        // The one place where time decides: any moment must do.
        var moment = TimeSpan.FromSeconds(random.NextDouble() * lasts[procedure]);
        while (watch.Elapsed < moment && !run.Ended)
            await Task.Delay(10, Wait.Token);
        // A victim that is not there yet is waited for.
        IReadOnlyList<int> struck = [];
        await Wait.Until($"{victim} there to be killed", () => run.Ended || (struck = Find(victim, run, random)).Count > 0, 120, () => run.Said);
        told.Moment = run.Ended ? "too late" : $"{watch.Elapsed.TotalSeconds:0.0} s, {(Checkout.RestoreState("phase") is { Length: > 0 } phase ? phase : "no restore")}";
        foreach (var process in struck)
            Processes.Signal(process, Processes.Kill);
        // An agent stays dead until somebody looks, or is back while the run still waits for it.
        if (victim == "agent" && struck.Count > 0 && random.Next(2) == 0)
        {
            told.Victim = "agent, back";
            await Checkout.Status();
        }
        var outcome = await run.End();
        told.Landed = struck.Count > 0;
        if (!told.Landed)
            lasts[procedure] = watch.Elapsed.TotalSeconds;
        _codes.Add(outcome.ExitCode);
        told.Said = outcome.ToString();
        told.Ending = outcome.ExitCode == 0 ? "went on" : "";
        return outcome.ExitCode == 0;
    }

    private IReadOnlyList<int> Find(string victim, RunningBuild run, Random random)
    {
        if (victim == "runbook")
            return [run.Id];
        var all = Checkout.Running;
        if (victim == "agent")
            return [.. all.Where(p => p.CommandLine.Contains(" agent -data-dir=", StringComparison.Ordinal)).Select(p => p.Id)];
        if (victim == "server")
            return all.Where(p => p.CommandLine.Contains("/bin/postgres -D ", StringComparison.Ordinal)).Select(p => p.Id).ToList() is { Count: > 0 } servers
                ? [servers[random.Next(servers.Count)]]
                : [];
        // The script, all that it has started, and the server of the copy, which may have left its family.
        var found = all.Where(p => p.CommandLine.Contains("/restore.sh", StringComparison.Ordinal) || p.WorkingDirectory.Contains("/main.restore-", StringComparison.Ordinal))
            .Select(p => p.Id).ToHashSet();
        while (all.Where(p => found.Contains(p.Parent)).Select(p => p.Id).Except(found).ToList() is { Count: > 0 } children)
            found.UnionWith(children);
        return [.. found];
    }

    private async Task<(RecoveryPoint, Line?)> AgainAsync(string[] command, RecoveryPoint point, KillRow told)
    {
        told.Ending = "again";
        await OperateAsync(command);
        return (point, null);
    }

    // Whether the interrupted Undo was gone on with or given up: nothing may be between the two.
    private async Task<(RecoveryPoint, Line?)> AgainAsync(string[] command, string id, Line undone, KillRow told)
    {
        told.Ending = "again";
        var status = await Checkout.Status();
        var under = status.GetProperty("restore").ValueKind != JsonValueKind.Null;
        if (under || (await cluster.Kept()).Contains(id))
            await OperateAsync(command);
        return (RecoveryPoint.Latest, (await cluster.Kept()).Contains(id) ? null : undone);
    }

    private async Task<(RecoveryPoint, Line?)> UndoAsync(string[] kept, KillRow told)
    {
        told.Ending = "Undo";
        var status = await Checkout.Status();
        // Killed before it had done anything: an Undo would go back to some day before.
        if (status.GetProperty("restore").ValueKind != JsonValueKind.Null || (await cluster.Kept()).Except(kept).Any())
            await OperateAsync("Undo");
        else
            told.Ending = "nothing done";
        return (RecoveryPoint.Latest, null);
    }

    /// <summary>Who is told that another run is still at work, or that no server serves yet which Nomad starts again, comes back.</summary>
    private async Task OperateAsync(params string[] command)
    {
        Outcome outcome = null!;
        await Wait.Until($"{command[0]} let in", async () =>
        {
            outcome = await Checkout.Run(command);
            _codes.Add(outcome.ExitCode);
            return outcome.ExitCode != 4 && !(outcome.ExitCode == 3 && (outcome.Error.Contains("none answers", StringComparison.Ordinal) || outcome.Error.Contains("the cluster is failed", StringComparison.Ordinal)));
        }, 90, () => outcome.ToString());
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
    }

    private static bool Serves(JsonElement status) =>
        status.GetProperty("state").GetString() == "running" && status.GetProperty("restore").ValueKind == JsonValueKind.Null;

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
}
