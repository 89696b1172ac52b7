using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Schedules that are paused, resumed and forced at the same moment.</summary>
public sealed class ScheduleTests(Cluster cluster) : IClassFixture<Cluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Fact, Thorough]
    public async Task Paused_they_stay_paused_until_they_are_resumed()
    {
        await cluster.Ready();
        await Checkout.Run(0, "PauseSchedules", "--reason", "moving the array's disks");
        (await Checkout.Run(0, "Deploy")).Out.ShouldContain("the schedules stay paused (since");
        // A job that somebody else brings back takes nothing, and the same command again stops it.
        await Checkout.Nomad("job", "run", "-detach", Path.Combine(Checkout.Path, "jobs", "local", "pgbackrest-incr.nomad.hcl"));
        var schedule = await Ended("incr", await Force("pgbackrest-incr"), "skipped");
        schedule.Select(j => $"{Text(j, "type")} {Text(j, "state")}").ShouldBe(["full paused", "diff off", "incr paused", "check on"]);
        Text(schedule[2].GetProperty("last"), "why").ShouldBe("the schedules were paused");
        await Checkout.Run(0, "PauseSchedules", "--reason", "moving the array's disks");
        var status = await Checkout.Status();
        Text(status.GetProperty("schedulesPaused"), "reason").ShouldBe("moving the array's disks");
        status.GetProperty("jobs").EnumerateArray().Where(j => Text(j, "name") is "pgbackrest-full" or "pgbackrest-incr")
            .ShouldAllBe(j => Text(j, "status") == "stopped");
        await Checkout.Run(0, "Backup", "--backup-type", "incr");

        await Checkout.Run(0, "ResumeSchedules");
        (await Schedule()).Select(j => $"{Text(j, "type")} {Text(j, "state")}").ShouldBe(["full on", "diff off", "incr on", "check on"]);
        (await Checkout.Run(0, "ResumeSchedules")).Out.ShouldContain("nothing was changed");
    }

    [Fact]
    public async Task Forced_at_the_same_moment_both_end_well()
    {
        await cluster.Ready();
        var before = Checkout.Sets;
        var forced = await Task.WhenAll(Force("pgbackrest-full"), Force("pgbackrest-incr"));
        await Ended("full", forced[0], "done");
        await Ended("incr", forced[1], "done", "skipped");
        var taken = Checkout.Sets.Skip(before.Count).Select(s => s.Type).ToList();
        // Whichever was first: an incremental behind the full one of the same moment is not needed.
        taken.ShouldContain("full");
        taken.Count.ShouldBeLessThanOrEqualTo(2);
    }

    /// <returns>A moment before the run.</returns>
    private async Task<DateTimeOffset> Force(string job)
    {
        var before = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        (await Checkout.Nomad("job", "periodic", "force", "-detach", job)).ExitCode.ShouldBe(0);
        return before;
    }

    /// <returns>All schedules at that moment.</returns>
    private async Task<IReadOnlyList<JsonElement>> Ended(string type, DateTimeOffset since, params string[] results)
    {
        IReadOnlyList<JsonElement> schedule = [];
        await LocalNomad.Eventually.TrueAsync(
            async () => (schedule = await Schedule()).Single(j => Text(j, "type") == type).GetProperty("last") is { ValueKind: JsonValueKind.Object } last
                && last.GetProperty("dueAt").GetDateTimeOffset() >= since && last.GetProperty("endedAt").ValueKind != JsonValueKind.Null && results.Contains(Text(last, "result")),
            $"the {type} run to end as {string.Join(" or ", results)}");
        return schedule;
    }

    private async Task<IReadOnlyList<JsonElement>> Schedule() =>
        [.. (await Checkout.Run(0, "Schedule", "--output", "json")).Json().GetProperty("jobs").EnumerateArray()];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
