using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class DriftRulesTests
{
    private const string Conf = "# note\nshared_buffers = '1GB'\nwork_mem = '4MB'\narchive_timeout = 5min\nfsync = on\n";
    private const string Hba = "# note\nlocal all all peer\nhost all all 127.0.0.1/32 scram-sha-256\n";

    private static readonly JobChange Same = Given.Change(JobRole.Postgres, "postgres", changed: false);

    [Fact]
    public void A_cluster_as_rendered_has_no_drift()
    {
        Jobs(Given.Running, Same).ShouldBeEmpty();
        DriftRules.Server(Conf, Hba, Live()).ShouldBeEmpty();
    }

    [Fact]
    public void Each_way_in_which_a_job_differs_has_its_word()
    {
        Jobs(Given.Running, Given.Change(JobRole.Postgres, "postgres", index: 0)).ShouldBe(["postgres missing: Nomad has no such job"]);
        Jobs(Given.Running, GivenPlan.Edited(JobRole.Full, job: "+/- Stop: \"true\" => \"false\"")).ShouldContain("pgbackrest-full stopped: it was stopped; task main");
        Jobs(Given.Running, GivenPlan.Edited(JobRole.Postgres, "1 create", group: "+/- Count: \"0\" => \"1\" (forces create)")).ShouldContain("postgres scaled: its count is 0, not 1; task main");
        Jobs(Given.Running, GivenPlan.Edited(JobRole.Postgres, task: "+/- User: \"me\" => \"postgres\"")).ShouldBe(["postgres changed: user me -> postgres"]);
        Jobs(Given.Running with { Allocations = [Given.Allocation("postgres", "failed")] }, Same).ShouldHaveSingleItem().ShouldEndWith("is failed");
        Jobs(Given.Running with { ServerVersion = 3 }, Same).ShouldBe(["postgres outdated: its server runs version 0, the job is at version 3"]);
        DriftRules.Jobs(Given.Running, [Same]).Select(f => (f.Name, f.State)).ShouldBe(
            [("pgbackrest", "left"), ("pgbackrest-full", "left"), ("pgbackrest-incr", "left")]);
    }

    [Fact]
    public void Paused_schedules_are_no_drift()
    {
        var facts = Given.With(n => n with { Paused = new(Given.Noon, "ann@desk", "moving the disks") });
        Jobs(facts, Same, GivenPlan.Edited(JobRole.Full, job: "+/- Stop: \"true\" => \"false\"")).ShouldBeEmpty();
        Jobs(facts, Same, GivenPlan.Edited(JobRole.Check, job: "+/- Stop: \"true\" => \"false\"")).ShouldNotBeEmpty("the check goes on during a pause");
    }

    [Fact]
    public void Settings_that_differ_are_told_with_who_set_them()
    {
        Settings(Live(new LiveSetting("work_mem", "8192", "kB", "integer", "/x/local/postgresql.conf", null)))
            .ShouldBe(["work_mem differs: it is 8192kB, configured is 4MB"]);
        Settings(Live(new LiveSetting("work_mem", "8192", "kB", "integer", "/data/postgresql.auto.conf", null)))
            .ShouldBe(["work_mem altered: ALTER SYSTEM has set it to 8192kB, configured is 4MB"]);
        Settings(Live(new LiveSetting("jit", "off", "", "bool", "/data/postgresql.auto.conf", null)))
            .ShouldBe(["jit altered: ALTER SYSTEM has set it to off, nothing is configured"]);
        Settings(Live(new LiveSetting("shared_buffers", "131072", "8kB", "integer", "/data/postgresql.auto.conf", "2GB")))
            .ShouldBe(["shared_buffers pending-restart: it is 1048576kB, configured is 1GB, and ALTER SYSTEM makes it 2GB at the next restart"]);
        Settings(Live(new LiveSetting("jit", "off", "", "bool", "/x/local/postgresql.conf", null)))
            .ShouldBe(["jit differs: it is off, nothing is configured"]);
    }

    [Fact]
    public void What_ALTER_SYSTEM_sets_to_the_configured_value_is_no_drift()
    {
        Settings(Live(new LiveSetting("work_mem", "4096", "kB", "integer", "/data/postgresql.auto.conf", null))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("recovery_target_time", "2026"), InlineData("restore_command", "cp /x %p"), InlineData("recovery_end_command", "touch /tmp/x"), InlineData("archive_cleanup_command", "rm x")]
    public void What_a_backup_left_for_recovery_is_drift(string name, string value)
    {
        Settings(Live(new LiveSetting(name, value, "", "string", "/data/postgresql.auto.conf", null))).ShouldBe([$"{name} altered: ALTER SYSTEM has set it to {value}, nothing is configured"]);
    }

    [Fact]
    public void A_pg_hba_that_differs_is_told_line_by_line_and_comments_do_not_count()
    {
        DriftRules.Server(Conf, Hba, Live() with { Hba = Hba.Replace("# note", "# another") }).ShouldBeEmpty();
        var finding = DriftRules.Server(Conf, Hba, Live() with { Hba = "host all all 0.0.0.0/0 trust\nlocal all all peer\n", HbaErrors = ["line 9: invalid authentication method \"scrum\""] }).ShouldHaveSingleItem();
        finding.Details.ShouldBe(
        [
            "pg_hba.conf: host all all 127.0.0.1/32 scram-sha-256 (new)", "pg_hba.conf: host all all 0.0.0.0/0 trust (removed)",
            "the server does not understand line 9: invalid authentication method \"scrum\"",
        ]);
    }

    [Theory]
    [InlineData("1GB", "131072", "8kB", "integer", true), InlineData("1048576kB", "131072", "8kB", "integer", true), InlineData("128MB", "131072", "8kB", "integer", false)]
    [InlineData("131072", "131072", "8kB", "integer", true), InlineData("1h", "3600", "s", "integer", true), InlineData("90s", "1", "min", "integer", false)]
    [InlineData("0.5", "0.5", "", "real", true), InlineData("10ms", "10", "ms", "real", true), InlineData("-1", "-1", "kB", "integer", true)]
    [InlineData("YES", "on", "", "bool", true), InlineData("0", "on", "", "bool", false), InlineData("Replica", "replica", "", "enum", true)]
    [InlineData("on", "off", "", "enum", false), InlineData("C.UTF-8", "c.utf-8", "", "string", false), InlineData("junk", "10", "ms", "integer", false)]
    public void Values_are_compared_by_what_they_mean(string configured, string live, string unit, string type, bool same) =>
        SettingValue.IsSame(configured, new LiveSetting("x", live, unit, type, "", null)).ShouldBe(same);

    [Fact]
    public void The_server_s_answer_is_read()
    {
        var live = LiveServer.Parse("""{"settings":[{"name":"work_mem","value":"4096","unit":"kB","type":"integer","file":"/c","waiting":null}],"hba":"local all all peer\n","errors":["line 2: no"]}""");
        live.Settings.ShouldBe([new LiveSetting("work_mem", "4096", "kB", "integer", "/c", null)]);
        (live.Hba, live.HbaErrors.ShouldHaveSingleItem()).ShouldBe(("local all all peer\n", "line 2: no"));
        LiveServer.Question(["work_mem", "a'b"]).ShouldContain("string_to_array('work_mem', ',')");
    }

    private static LiveServer Live(params LiveSetting[] settings) => new(
        [
            .. new[]
            {
                new LiveSetting("shared_buffers", "131072", "8kB", "integer", "/x/local/postgresql.conf", null),
                new LiveSetting("work_mem", "4096", "kB", "integer", "/x/local/postgresql.conf", null),
                new LiveSetting("archive_timeout", "300", "s", "integer", "/x/local/postgresql.conf", null),
                new LiveSetting("fsync", "on", "", "bool", "/x/local/postgresql.conf", null),
            }.Where(s => settings.All(o => o.Name != s.Name)).Concat(settings),
        ], Hba, []);

    private static IEnumerable<string> Settings(LiveServer live) => Said(DriftRules.Server(Conf, Hba, live));

    private static IEnumerable<string> Jobs(ClusterFacts facts, params JobChange[] changes) =>
        Said(DriftRules.Jobs(facts with { Jobs = Given.Jobs([.. changes.Select(c => c.Job.Id)]) }, changes));

    private static IEnumerable<string> Said(IEnumerable<DriftFinding> findings) => findings.Select(f => $"{f.Name} {f.State}: {string.Join("; ", f.Details)}");
}
