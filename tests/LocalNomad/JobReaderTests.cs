using LocalNomad.Hcl;
using LocalNomad.Jobspec;
using LocalNomad.Model;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

public class JobReaderTests
{
    [Fact]
    public void Defaults_are_those_of_nomad()
    {
        var batch = Read(Jobs.Batch("b", "true", group: "")).Job;
        batch.TaskGroups[0].RestartPolicy.ShouldBe(new RestartPolicy { Attempts = 3, Interval = 24 * Duration.Hour, Delay = 15 * Duration.Second });
        batch.TaskGroups[0].ReschedulePolicy.Attempts.ShouldBe(1);
        batch.TaskGroups[0].Update.ShouldBeNull();
        var service = Read(Jobs.Text("s", "service", "true", "", "", "")).Job;
        service.TaskGroups[0].RestartPolicy.ShouldBe(new RestartPolicy { Attempts = 2, Interval = 30 * Duration.Minute, Delay = 15 * Duration.Second });
        service.TaskGroups[0].ReschedulePolicy.Unlimited.ShouldBeTrue();
        service.TaskGroups[0].Update!.HealthCheck.ShouldBe("checks");
        service.TaskGroups[0].Tasks[0].KillTimeout.ShouldBe(5 * Duration.Second);
        service.Priority.ShouldBe(50);
    }

    [Fact]
    public void Policies_of_the_job_hold_for_its_groups_unless_these_have_their_own()
    {
        var job = Read(Jobs.Text("s", "service", "true", "restart {\n attempts = 7\n}\nupdate {\n min_healthy_time = \"1s\"\n}", "restart {\n delay = \"1s\"\n}", "")).Job;
        job.TaskGroups[0].RestartPolicy.Attempts.ShouldBe(7);
        job.TaskGroups[0].RestartPolicy.Delay.ShouldBe(Duration.Second);
        job.TaskGroups[0].Tasks[0].RestartPolicy.ShouldBe(job.TaskGroups[0].RestartPolicy);
        job.TaskGroups[0].Update!.MinHealthyTime.ShouldBe(Duration.Second);
    }

    [Theory]
    [InlineData("", "count = 2", "", "group \"main\" > count")]
    [InlineData("", "shutdown_delay = \"1s\"", "", "group \"main\" > shutdown_delay")]
    [InlineData("", "network {\n mode = \"bridge\"\n}", "", "group \"main\" > network > mode")]
    [InlineData("", "network {\n dns {\n servers = [\"x\"]\n }\n}", "", "group \"main\" > network > dns")]
    [InlineData("", "service {\n name = \"x\"\n}", "", "group \"main\" > service")]
    [InlineData("", "", "artifact {\n source = \"x\"\n}", "group \"main\" > task \"work\" > artifact")]
    [InlineData("", "", "vault {\n policies = [\"x\"]\n}", "group \"main\" > task \"work\" > vault")]
    [InlineData("", "", "volume_mount {\n volume = \"x\"\n destination = \"/x\"\n}", "group \"main\" > task \"work\" > volume_mount")]
    [InlineData("", "", "template {\n data = \"{{ key \\\"x\\\" }}\"\n destination = \"local/x\"\n}", "group \"main\" > task \"work\" > template \"local/x\"")]
    [InlineData("", "", "template {\n source = \"x\"\n destination = \"local/x\"\n}", "group \"main\" > task \"work\" > template \"local/x\" > source")]
    [InlineData("affinity {\n attribute = \"x\"\n}", "", "", "job \"x\" > affinity")]
    public void What_cannot_run_here_is_noted_with_its_place(string job, string group, string task, string path) =>
        Read(Jobs.Batch("x", "true", job, group, task)).Refusals.ShouldHaveSingleItem().Path.ShouldBe(path);

    [Theory]
    [InlineData("service {\n nam = \"x\"\n}", "Did you mean \"name\"?")]
    [InlineData("service {\n check {\n typ = \"tcp\"\n }\n}", "Did you mean \"type\"?")]
    [InlineData("volume {\n}", "Missing name for volume")]
    [InlineData("service {\n connect {\n sidecar_servic {}\n }\n}", "Did you mean \"sidecar_service\"?")]
    [InlineData("restart {\n attempts = \"many\"\n}", "a whole number is required")]
    [InlineData("restart {\n}\nrestart {\n}", "Duplicate restart block")]
    public void The_structure_of_what_cannot_run_is_checked_all_the_same(string group, string message) =>
        Should.Throw<HclException>(() => Read(Jobs.Batch("x", "true", group: group))).Message.ShouldContain(message);

    [Theory]
    [InlineData("1h30m", 5400_000_000_000)]
    [InlineData("1.5s", 1_500_000_000)]
    [InlineData("250ms", 250_000_000)]
    [InlineData("0", 0)]
    [InlineData("-1m", -60_000_000_000)]
    public void Durations_are_read_as_go_reads_them(string text, long nanoseconds)
    {
        Duration.TryParse(text, out var actual, out _).ShouldBeTrue();
        actual.ShouldBe(nanoseconds);
    }

    [Theory]
    [InlineData("5", "missing unit")]
    [InlineData("", "invalid duration")]
    [InlineData("5 s", "unknown unit")]
    [InlineData("1x", "unknown unit")]
    [InlineData("s", "invalid duration")]
    public void Durations_that_are_none_are_refused(string text, string reason)
    {
        Duration.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldContain(reason);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(5_000_000_000, "5s")]
    [InlineData(1_800_000_000_000, "30m0s")]
    [InlineData(86_400_000_000_000, "24h0m0s")]
    [InlineData(1_053_258_485, "1.053258485s")]
    [InlineData(100_000_000, "100ms")]
    public void Durations_are_written_as_go_writes_them(long nanoseconds, string text) => Duration.Format(nanoseconds).ShouldBe(text);

    private static JobFile Read(string text) => JobReader.Read("f", text);
}
