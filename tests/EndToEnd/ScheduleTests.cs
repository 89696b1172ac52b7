using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Schedules that are paused, resumed and forced at the same moment.</summary>
public sealed class ScheduleTests(Cluster cluster) : IClassFixture<Cluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Fact]
    public async Task Paused_they_stay_paused_until_they_are_resumed()
    {
        await cluster.Ready();
        (await States()).ShouldBe(["full on", "diff off", "incr on"]);
        await Checkout.Run(0, "PauseSchedules", "--reason", "moving the array's disks");

        (await States()).ShouldBe(["full paused", "diff off", "incr paused"]);
        (await Checkout.Run(0, "Deploy")).Out.ShouldContain("the schedules stay paused (since");
        (await Checkout.Run(0, "Status")).Out.ShouldContain(": moving the array's disks");
        (await Jobs()).ShouldBe(["pgbackrest-full stopped", "pgbackrest-incr stopped"]);
        // A job that somebody else brings back takes nothing.
        await Checkout.Nomad("job", "run", "-detach", Path.Combine(Checkout.Path, "jobs", "local", "pgbackrest-incr.nomad.hcl"));
        var sets = (await Checkout.Sets()).Count;
        await Ended("incr", await Force("pgbackrest-incr"), "skipped");
        (await Checkout.Sets()).Count.ShouldBe(sets);
        await Checkout.Run(0, "PauseSchedules", "--reason", "moving the array's disks");
        (await Jobs()).ShouldBe(["pgbackrest-full stopped", "pgbackrest-incr stopped"]);
        await cluster.Backup("incr");

        await Checkout.Run(0, "ResumeSchedules");
        (await States()).ShouldBe(["full on", "diff off", "incr on"]);
        (await Checkout.Status()).GetProperty("schedulesPaused").ValueKind.ShouldBe(JsonValueKind.Null);
        (await Checkout.Run(0, "ResumeSchedules")).Out.ShouldContain("nothing was changed");
        (await Checkout.Run(0, "Deploy")).Out.ShouldContain("nothing was changed");
    }

    [Fact]
    public async Task Forced_at_the_same_moment_both_end_well()
    {
        await cluster.Ready();
        var before = await Checkout.Sets();
        var forced = await Task.WhenAll(Force("pgbackrest-full"), Force("pgbackrest-incr"));
        await Ended("full", forced[0], "done");
        await Ended("incr", forced[1], "done", "skipped");
        var taken = (await Checkout.Sets()).Skip(before.Count).Select(s => s.Type).ToList();
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

    private Task Ended(string type, DateTimeOffset since, params string[] results) => LocalNomad.Eventually.TrueAsync(
        async () => (await Schedule()).Single(j => Text(j, "type") == type).GetProperty("last") is { ValueKind: JsonValueKind.Object } last
            && last.GetProperty("dueAt").GetDateTimeOffset() >= since && last.GetProperty("endedAt").ValueKind != JsonValueKind.Null && results.Contains(Text(last, "result")),
        $"the {type} run to end as {string.Join(" or ", results)}");

    private async Task<IReadOnlyList<string>> States() => [.. (await Schedule()).Select(j => $"{Text(j, "type")} {Text(j, "state")}")];

    private async Task<IReadOnlyList<JsonElement>> Schedule() =>
        [.. (await Checkout.Run(0, "Schedule", "--output", "json")).Json().GetProperty("jobs").EnumerateArray()];

    private async Task<IReadOnlyList<string>> Jobs() =>
    [
        .. (await Checkout.Status()).GetProperty("jobs").EnumerateArray().Where(j => Text(j, "name") is "pgbackrest-full" or "pgbackrest-incr")
            .Select(j => $"{Text(j, "name")} {Text(j, "status")}"),
    ];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
