using LocalNomad.Model;
using LocalNomad.Running;
using LocalNomad.Scheduling;
using LocalNomad.State;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

public class SchedulingTests
{
    [Theory]
    [InlineData("@daily", "UTC", "2026-03-01T10:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("@weekly", "UTC", "2026-03-02T10:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("@hourly", "", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-01-01T00:00:00Z", "2026-01-01T01:30:00Z")]
    [InlineData("*/15 * * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z")]
    [InlineData("*/10 * * * * * *", "UTC", "2026-01-01T00:00:01Z", "2026-01-01T00:00:10Z")]
    // On the 15th or on a Monday, whichever comes first.
    [InlineData("0 0 15 * 1", "UTC", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z")]
    [InlineData("0 0 15 * 1", "UTC", "2026-01-12T00:00:00Z", "2026-01-15T00:00:00Z")]
    public void Schedules_are_read_as_nomad_reads_them(string spec, string zone, string from, string expected) =>
        new CronSchedule(new PeriodicConfig { Spec = spec, TimeZone = zone }).Next(DateTimeOffset.Parse(from)).ShouldBe(DateTimeOffset.Parse(expected));

    [Theory]
    [InlineData("nope", "UTC", "fields")]
    [InlineData("@sometimes", "UTC", "unknown macro")]
    [InlineData("61 * * * *", "UTC", "Invalid cron spec")]
    [InlineData("* * * * * 2030", "UTC", "year")]
    [InlineData("@daily", "Mars/Base", "Invalid time zone")]
    public void Schedules_that_are_none_are_problems(string spec, string zone, string problem) =>
        CronSchedule.Problem(new PeriodicConfig { Spec = spec, TimeZone = zone }).ShouldNotBeNull().ShouldContain(problem);

    [Fact]
    public void Launches_missed_while_no_agent_ran_are_made_up_for_by_one()
    {
        using var server = new Server();
        server.Register("hourly", "periodic {\n cron = \"@hourly\"\n}");
        server.Time.Advance(TimeSpan.FromHours(5.5));
        server.Launch();
        server.Children("hourly").ShouldBe([$"hourly/periodic-{Server.Start.AddHours(5).ToUnixTimeSeconds()}"]);
        server.Launch().ShouldBe(Server.Start.AddHours(6));
        server.Children("hourly").Count.ShouldBe(1);
        server.Time.Advance(TimeSpan.FromHours(1));
        server.Launch();
        server.Children("hourly").Count.ShouldBe(2);
    }

    [Fact]
    public void A_changed_schedule_makes_up_for_nothing()
    {
        using var server = new Server();
        server.Register("job", "periodic {\n cron = \"@weekly\"\n}");
        server.Time.Advance(TimeSpan.FromHours(60));
        server.Register("job", "periodic {\n cron = \"@daily\"\n}");
        server.Launch().ShouldBe(Server.Start.AddDays(3));
        server.Children("job").ShouldBeEmpty();
    }

    [Fact]
    public void A_launch_is_left_out_while_the_last_one_runs_when_overlap_is_prohibited()
    {
        using var server = new Server();
        server.Register("alone", "periodic {\n cron = \"@hourly\"\n prohibit_overlap = true\n}");
        server.Register("together", "periodic {\n cron = \"@hourly\"\n}");
        for (var i = 0; i < 2; i++)
        {
            server.Time.Advance(TimeSpan.FromHours(1));
            server.Launch();
        }

        server.Children("alone").Count.ShouldBe(1);
        server.Children("together").Count.ShouldBe(2);
        server.Jobs.Force("alone");
        server.Children("alone").Count.ShouldBe(2);
    }

    [Fact]
    public void A_failed_allocation_is_followed_up_with_growing_delays()
    {
        using var server = new Server();
        server.Register("again", "", "reschedule {\n delay = \"10s\"\n delay_function = \"exponential\"\n max_delay = \"15s\"\n unlimited = true\n}");
        var delays = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            var failed = server.Store.Current.AllocationsOf("again").First();
            server.Jobs.UpdateFromClient(failed.ID, one => one with { ClientStatus = ClientStatuses.Failed });
            var due = server.Store.Update(server.Jobs.ProcessDue).ShouldNotBeNull();
            delays.Add((due - server.Time.GetUtcNow()).TotalSeconds);
            server.Time.SetUtcNow(due);
            server.Store.Update(server.Jobs.ProcessDue).ShouldBeNull();
            server.Store.Current.AllocationsOf("again").Count().ShouldBe(i + 2);
        }

        delays.ShouldBe([10, 15, 15]);
    }

    [Fact]
    public void What_ended_long_ago_is_forgotten_what_waits_to_be_launched_is_not()
    {
        using var server = new Server();
        server.Register("old", "");
        server.Register("schedule", "periodic {\n cron = \"@weekly\"\n}");
        var allocation = server.Store.Current.AllocationsOf("old").First();
        server.Jobs.UpdateFromClient(allocation.ID, one => one with { ClientStatus = ClientStatuses.Complete });
        server.Store.Update(transaction => Collector.Collect(transaction, everything: false));
        server.Store.Current.Jobs.Keys.ShouldBe(["old", "schedule"]);
        server.Time.Advance(TimeSpan.FromHours(5));
        server.Store.Update(transaction => Collector.Collect(transaction, everything: false));
        server.Store.Current.Jobs.Keys.ShouldBe(["schedule"]);
        server.Store.Current.Allocations.ShouldBeEmpty();
        server.Store.Current.Evaluations.ShouldBeEmpty();
    }

    [Fact]
    public void The_state_is_read_back_and_a_line_cut_short_never_happened()
    {
        using var server = new Server();
        server.Register("one", "meta {\n a = \"b\"\n}");
        server.Store.Dispose();
        File.AppendAllText(server.JournalPath, "{\"Index\":99,\"Changes\":[");
        using var again = new StateStore(server.JournalPath, server.Time);
        again.Current.Index.ShouldBe(server.Store.Current.Index);
        again.Current.Jobs["one"].Meta!["a"].ShouldBe("b");
        again.Current.Allocations.Keys.ShouldBe(server.Store.Current.Allocations.Keys);
        again.Current.Versions["one"].Count.ShouldBe(1);
        again.Update(transaction => Collector.Collect(transaction, everything: true));
    }

    [Fact]
    public void A_grown_journal_is_replaced_by_what_it_led_to()
    {
        using var server = new Server();
        server.Register("one", "meta {\n text = \"" + new string('x', 200_000) + "\"\n}");
        var allocation = server.Store.Current.AllocationsOf("one").First().ID;
        for (var i = 0; i < 30; i++)
        {
            server.Register("one", "meta {\n n = \"" + i + "\"\n text = \"" + new string('x', 200_000) + "\"\n}");
        }

        new FileInfo(server.JournalPath).Length.ShouldBeLessThan(20_000_000);
        server.Store.Dispose();
        using var again = new StateStore(server.JournalPath, server.Time);
        again.Current.Jobs["one"].Version.ShouldBe(30);
        again.Current.Versions["one"].Select(job => job.Version).ShouldBe([30, 29, 28, 27, 26, 25]);
        again.Current.Allocations.ShouldContainKey(allocation);
    }

    [Theory]
    [InlineData(1, 1, "mode = \"fail\"", true)]
    [InlineData(0, 0, "Policy allows no restarts", true)]
    [InlineData(3, 3, "Exceeded allowed attempts 3 in interval 1m0s and mode is \"fail\"", true)]
    public void Restarts_end_when_the_policy_is_used_up(int attempts, int restarts, string reason, bool fails)
    {
        var tracker = new RestartTracker(new FakeTimeProvider(), () => 0.5);
        var policy = new RestartPolicy { Attempts = attempts, Delay = 8 * Duration.Second, Interval = Duration.Minute };
        for (var i = 0; i < restarts; i++)
            tracker.Decide(policy, succeeded: false, keepsRunning: false).ShouldBe(new RestartDecision(RestartAction.Restart, "Restart within policy", TimeSpan.FromSeconds(9)));
        var last = tracker.Decide(policy, succeeded: false, keepsRunning: false);
        (last.Action == RestartAction.Fail).ShouldBe(fails);
        if (attempts != 1)
            last.Reason.ShouldBe(reason);
    }

    [Fact]
    public void Restarts_are_counted_by_interval_and_may_wait_for_the_next()
    {
        var time = new FakeTimeProvider();
        var tracker = new RestartTracker(time, () => 0);
        var policy = new RestartPolicy { Attempts = 1, Delay = Duration.Second, Interval = Duration.Minute, Mode = RestartModes.Delay };
        tracker.Decide(policy, false, true).Delay.ShouldBe(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(20));
        tracker.Decide(policy, false, true).ShouldBe(new RestartDecision(RestartAction.Restart, "Exceeded allowed attempts, applying a delay", TimeSpan.FromSeconds(40)));
        time.Advance(TimeSpan.FromSeconds(40));
        tracker.Decide(policy, false, true).Reason.ShouldBe("Restart within policy");
        tracker.Decide(policy, succeeded: true, keepsRunning: false).Action.ShouldBe(RestartAction.Done);
    }

    private sealed class Server : IDisposable
    {
        public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private readonly string _folder = Directory.CreateTempSubdirectory("nomad-state-").FullName;
        private readonly PeriodicLauncher _launcher;

        public Server()
        {
            Time = new FakeTimeProvider(Start);
            Store = new StateStore(JournalPath, Time);
            Jobs = new JobService(Store, new Scheduler(Node));
            _launcher = new PeriodicLauncher(Jobs);
        }

        public FakeTimeProvider Time { get; }

        public StateStore Store { get; }

        public JobService Jobs { get; }

        public string JournalPath => Path.Combine(_folder, "journal");

        private static Node Node { get; } = new()
        {
            ID = "node", Name = "node", Datacenter = "dc1", HTTPAddr = "", StatusUpdatedAt = 0, Attributes = new Dictionary<string, string>(),
            Drivers = new Dictionary<string, DriverInfo>(), HostVolumes = new Dictionary<string, HostVolume>(),
        };

        public void Register(string id, string job, string group = "") =>
            Jobs.Register(global::LocalNomad.Jobspec.JobReader.Read("f", Tests.LocalNomad.Jobs.Batch(id, "true", job, group)), expectedIndex: null);

        public DateTimeOffset? Launch() => Store.Update(_launcher.Launch);

        public IReadOnlyList<string> Children(string id) => [.. Store.Current.Jobs.Values.Where(job => job.ParentID == id).Select(job => job.ID)];

        public void Dispose()
        {
            Store.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
