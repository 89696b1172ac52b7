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
        server.Restart();
        // Named after the moment at which it was made up for, not after one that was missed.
        server.Children("hourly").ShouldBe([Server.Child("hourly", 5.5)]);
        server.Launch().ShouldBe(Server.Start.AddHours(6));
        server.Restart();
        server.Children("hourly").Count.ShouldBe(1);
        server.Time.Advance(TimeSpan.FromHours(0.5));
        server.Launch();
        server.Children("hourly").ShouldBe([Server.Child("hourly", 5.5), Server.Child("hourly", 6)]);
    }

    [Fact]
    public void What_an_agent_slept_through_is_launched_each_for_itself_unless_overlap_is_prohibited()
    {
        using var server = new Server();
        server.Register("alone", "periodic {\n cron = \"@hourly\"\n prohibit_overlap = true\n}");
        server.Register("together", "periodic {\n cron = \"@hourly\"\n}");
        server.Time.Advance(TimeSpan.FromHours(3.5));
        server.Launch().ShouldBe(Server.Start.AddHours(4));
        server.Children("alone").ShouldBe([Server.Child("alone", 1)]);
        server.Children("together").ShouldBe([Server.Child("together", 1), Server.Child("together", 2), Server.Child("together", 3)]);
    }

    [Fact]
    public void A_changed_schedule_makes_up_for_nothing_until_the_agent_is_started_again()
    {
        using var server = new Server();
        server.Register("job", "periodic {\n cron = \"@weekly\"\n}");
        server.Time.Advance(TimeSpan.FromHours(60));
        server.Register("job", "periodic {\n cron = \"@daily\"\n}");
        server.Launch().ShouldBe(Server.Start.AddDays(3));
        server.Children("job").ShouldBeEmpty();
        server.Restart();
        server.Children("job").ShouldBe([Server.Child("job", 60)]);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void What_was_due_while_a_job_was_stopped_is_made_up_for_at_the_next_start_unless_it_was_purged(bool purge)
    {
        using var server = new Server();
        server.Register("job", "periodic {\n cron = \"@daily\"\n}");
        server.Launch();
        server.Jobs.Deregister("job", purge);
        server.Launch().ShouldBeNull();
        server.Time.Advance(TimeSpan.FromHours(60));
        server.Restart();
        server.Children("job").ShouldBeEmpty();
        server.Register("job", "periodic {\n cron = \"@daily\"\n}");
        server.Launch().ShouldBe(Server.Start.AddDays(3));
        server.Children("job").ShouldBeEmpty();
        server.Restart();
        server.Children("job").Count.ShouldBe(purge ? 0 : 1);
    }

    [Fact]
    public void What_overlap_held_back_counts_as_missed_and_is_made_up_for_by_a_start_that_finds_nothing_at_work()
    {
        using var server = new Server();
        server.Register("alone", "periodic {\n cron = \"@hourly\"\n prohibit_overlap = true\n}");
        server.Time.Advance(TimeSpan.FromHours(1));
        server.Launch();
        server.Time.Advance(TimeSpan.FromHours(1));
        server.Launch();
        server.Children("alone").ShouldBe([Server.Child("alone", 1)]);
        server.Time.Advance(TimeSpan.FromHours(0.5));
        server.Restart();
        server.Children("alone").ShouldBe([Server.Child("alone", 1)]);
        server.Jobs.UpdateFromClient(server.Store.Current.AllocationsOf(Server.Child("alone", 1)).Single().ID, one => one with { ClientStatus = ClientStatuses.Complete });
        server.Restart();
        server.Children("alone").ShouldBe([Server.Child("alone", 1), Server.Child("alone", 2.5)]);
    }

    [Fact]
    public void A_launch_that_could_not_be_written_stays_due()
    {
        using var server = new Server();
        server.Register("hourly", "periodic {\n cron = \"@hourly\"\n}");
        server.Time.Advance(TimeSpan.FromHours(1));
        Should.Throw<IOException>(() => server.LaunchOn(_ => throw new IOException("the disk is full")));
        server.Children("hourly").ShouldBeEmpty();
        server.Launch();
        server.Children("hourly").ShouldBe([Server.Child("hourly", 1)]);
    }

    [Theory]
    // As measured with cronexpr, in UTC: an hour that the clocks skip has no launch, one that they show twice has two.
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-03-27T12:00Z", "2026-03-28T01:30Z 2026-03-30T00:30Z 2026-03-31T00:30Z")]
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-26T01:30Z")]
    [InlineData("Europe/Berlin", "0 3 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T01:00Z")]
    [InlineData("Europe/Berlin", "0 * * * *", "2026-10-24T23:30Z", "2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-25T02:00Z")]
    [InlineData("Europe/Berlin", "@weekly", "2026-10-20T12:00Z", "2026-10-24T22:00Z 2026-10-31T23:00Z")]
    [InlineData("America/New_York", "30 1,2,3 * * *", "2026-03-08T05:00Z", "2026-03-08T06:30Z 2026-03-08T07:30Z 2026-03-09T05:30Z")]
    [InlineData("America/New_York", "30 1,2,3 * * *", "2026-11-01T04:00Z", "2026-11-01T05:30Z 2026-11-01T06:30Z 2026-11-01T07:30Z 2026-11-01T08:30Z")]
    // No midnight on that day.
    [InlineData("Africa/Cairo", "0 0 * * *", "2026-04-22T12:00Z", "2026-04-22T22:00Z 2026-04-24T21:00Z")]
    [InlineData("Europe/Dublin", "@yearly", "2026-06-01T00:00Z", "2027-01-01T00:00Z 2028-01-01T00:00Z")]
    [InlineData("Asia/Kathmandu", "5 0 1 * *", "2026-01-31T12:00Z", "2026-01-31T18:20Z 2026-02-28T18:20Z")]
    public void Changes_of_clocks_are_seen_as_nomad_sees_them(string zone, string spec, string from, string expected)
    {
        var schedule = new CronSchedule(new PeriodicConfig { Spec = spec, TimeZone = zone });
        var moment = DateTimeOffset.Parse(from);
        foreach (var next in expected.Split(' ').Select(DateTimeOffset.Parse))
            (moment = schedule.Next(moment)!.Value).ShouldBe(next);
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
        private System.Collections.Immutable.ImmutableDictionary<string, Tracked>? _tracked;

        public Server()
        {
            Time = new FakeTimeProvider(Start);
            Store = new StateStore(JournalPath, Time);
            Jobs = new JobService(Store, new Scheduler(Node));
            _launcher = new PeriodicLauncher(Jobs);
            Launch();
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

        public static string Child(string id, double hours) => $"{id}/periodic-{Start.AddHours(hours).ToUnixTimeSeconds()}";

        /// <returns>When the next one is due.</returns>
        public DateTimeOffset? Launch() => LaunchOn(_ => { });

        public DateTimeOffset? LaunchOn(Action<Transaction> after)
        {
            _tracked = Store.Update(transaction =>
            {
                var tracked = _launcher.Launch(transaction, _tracked);
                after(transaction);
                return tracked;
            });
            return _tracked.Values.Min(one => one.Next);
        }

        /// <summary>The agent is started again: what it had in memory is gone.</summary>
        public void Restart()
        {
            _tracked = null;
            Launch();
        }

        public IReadOnlyList<string> Children(string id) => [.. Store.Current.Jobs.Values.Where(job => job.ParentID == id).Select(job => job.ID)];

        public void Dispose()
        {
            Store.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
