using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Nomad;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

/// <summary>What is read in a repository and removed from it, in a child of the operations job.</summary>
public class RepositoryStepTests
{
    private const string Child = "pgbackrest/dispatch-1";

    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly RecordingListener _listener = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reading_tells_how_far_it_is_and_what_it_finds_at_once()
    {
        Ends(0);
        _nomad.Logs[false] =
            "progress verify 100\nprogress verify 50\n2026-11-22 22:01:06.137 P01   INFO: invalid checksum 'F/pg_data/x.zst'\nprogress verify 200\n"
            + "stanza: db\nstatus: error\n  backup: F, status: invalid, total files checked: 2, total valid files: 1\n    checksum invalid: 1\n";
        var (read, failure) = await Reading().ReadAsync(2, 400, Token);
        _listener.Said.ShouldBe(["read 100 of 400", "warn F/pg_data/x.zst: invalid checksum", "read 200 of 400"]);
        (read.Ok, read.Sets.Single().Status, failure).ShouldBe((false, "invalid", ""));
        _nomad.Asked.ShouldContain(a => a.Contains("job dispatch") && a.Contains("operation=verify") && a.Contains("argument=2"));
    }

    [Fact]
    public async Task Reading_that_does_not_come_to_its_end_says_why()
    {
        Ends(41);
        _nomad.Logs[true] = "ERROR: [041]: unable to open file\n";
        var (read, failure) = await Reading().ReadAsync(1, 0, Token);
        (read.Ok, failure).ShouldBe((null, "ERROR: [041]: unable to open file (exit code 41)"));
    }

    [Fact]
    public async Task Expiring_is_done_when_the_sets_are_not_listed_any_more()
    {
        Ends(0);
        _nomad.Logs[false] = "P00   INFO: repo1: expire adhoc backup 20261120-120000F\nP00   INFO: repo1: 15-1 remove archive, start = 000000010000000000000001, stop = 000000010000000000000003\n";
        Lists("20261121-120000F");
        await RunAsync(new ExpireSets(1, "20261120-120000F", ["20261120-120000F"]));
        _listener.Said.ShouldBe(["note WAL 15-1: 000000010000000000000001 to 000000010000000000000003"]);
        _nomad.Asked.ShouldContain(a => a.Contains("argument=run 1 20261120-120000F"));

        Lists("20261120-120000F");
        (await Should.ThrowAsync<RunbookException>(RunAsync(new ExpireSets(1, "", ["20261120-120000F"])))).Message.ShouldContain("20261120-120000F is still listed");
    }

    [Fact]
    public async Task Expiring_that_fails_says_what_state_things_are_in()
    {
        Ends(50);
        _nomad.Logs[false] = "ERROR: [050]: unable to acquire lock\n";
        Lists("20261120-120000F");
        var error = await Should.ThrowAsync<RunbookException>(RunAsync(new ExpireSets(1, "", ["20261120-120000F"])));
        error.Message.ShouldContain("unable to acquire lock");
        (error.State, error.Next.StartsWith("./build.sh Backups", StringComparison.Ordinal)).ShouldBe(("a set whose removal had begun is gone; the others are untouched", true));
    }

    [Theory]
    [InlineData("progress verify 5", 10, 5L, 50.0), InlineData("progress verify 20", 10, 20L, 100.0), InlineData("progress verify 5", 0, 5L, null)]
    public void Progress_is_a_share_where_the_whole_is_known(string line, long total, long bytes, double? percent)
    {
        var progress = ReadProgress.Parse(line, total).ShouldNotBeNull();
        (progress.Bytes, progress.Percent).ShouldBe((bytes, percent));
    }

    [Theory]
    [InlineData(""), InlineData("progress replay 0/1 0/2 -"), InlineData("progress verify x")]
    public void Other_lines_are_no_progress(string line) => ReadProgress.Parse(line, 1).ShouldBeNull();

    private RepositoryReading Reading() => new(Given.Settings, new Dispatcher(_nomad.Client, _time), "ann@desk", _listener);

    private void Ends(int code)
    {
        _nomad.Has("pgbackrest", new Dictionary<string, string>());
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.Set(Given.Allocation(Child, code == 0 ? "complete" : "failed", Given.Ended(code)));
    }

    private void Lists(string label) => _nomad.OnExec = _ => (0,
        $$$"""
        fact node db-1
        fact info [{"archive":[],"backup":[{"archive":{"start":null,"stop":null},"database":{"id":1,"repo-key":1},"error":false,"info":{"size":1,"repository":{"delta":1}},"label":"{{{label}}}","timestamp":{"start":1,"stop":2},"type":"full"}],"cipher":"none","db":[],"name":"db","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],"status":{"code":0,"message":"ok"}}]

        """, "");

    private async Task RunAsync(Step step)
    {
        var running = GivenSteps.Executor(_nomad, _listener, _time).RunAsync(step, Token);
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await running;
    }
}
