using Runbook.Checks;
using Runbook.Deploy;
using Runbook.Output;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Tests.Output;
using Xunit;

namespace Tests.Deploy;

public class PlanReportTests
{
    private static readonly CommandOptions Typed = new("production", "/opt/nomad");

    [Fact]
    public void A_plan_reads_the_same_every_time()
    {
        var server = GivenPlan.Edited(JobRole.Postgres, task: "+/- Resources {\n +/- MemoryMB: \"512\" => \"1024\"\n }\n" + GivenPlan.File("local/postgresql.conf", "work_mem = '4MB'\n", "work_mem = '8MB'\n"));
        var outlook = DeployOutlook.Make(
            Given.Settings, Given.With(n => n with { InitFingerprint = "old" }),
            [server, Given.Change(JobRole.Operations, "pgbackrest", changed: false), Given.Change(JobRole.Full, "pgbackrest-full", index: 0)],
            secretsAreDue: true, "init") with { Terraform = ["terraform updates postgres (nomad_job.server[0])"] };
        $"{PlanReport.Write(OutputFormat.Text, outlook, "postgres", Typed)}\n{PlanReport.Summary(outlook)}\n\n{PlanReport.Write(OutputFormat.Json, outlook, "postgres", Typed)}\n"
            .ShouldBeApproved("plan");
    }

    [Fact]
    public void Drift_reads_the_same_every_time()
    {
        DriftFinding[] findings =
        [
            new("job", "pgbackrest-full", "stopped", ["it was stopped"], "./build.sh Deploy"),
            new("job", "postgres", "changed", ["memory 512 -> 1024 MB", "work_mem 4MB -> 8MB"], "./build.sh Deploy"),
            new("setting", "jit", "altered", ["ALTER SYSTEM has set it to off, nothing is configured"], "./build.sh Psql --command \"alter system reset jit\""),
        ];
        $"{DriftReport.Write(OutputFormat.Text, findings, ["the schedules stay paused"], "postgres", Typed)}\n{DriftReport.Summary(findings)}\n\n{DriftReport.Write(OutputFormat.Json, findings, [], "postgres", Typed)}\n"
            .ShouldBeApproved("drift");
        DriftReport.Summary([]).ShouldBe("no drift: what runs matches the configuration");
    }
}
