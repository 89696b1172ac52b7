using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Output;
using Shouldly;
using Tests.Output;
using Xunit;

namespace Tests.Checks;

public class DoctorReportTests
{
    private static readonly DoctorLook Look = GivenDoctor.Look(GivenDoctor.Good with
    {
        Machine = GivenDoctor.Machine with { HasGit = false },
        Host = GivenDoctor.Says(GivenDoctor.GoodHost with { Unit = "enabled", Clusters = [new DebianCluster("15/main", 5432, "auto", Listens: false, "/other")] }, n => n with { PgbackrestVersion = "" }),
    });

    [Theory]
    [InlineData(OutputFormat.Text), InlineData(OutputFormat.Json)]
    public void It_reads_the_same_every_time(OutputFormat format)
    {
        var all = DoctorCheck.Of(Look);
        $"{DoctorReport.Write(format, Look, new("production", "/opt/nomad"), all)}\n{DoctorReport.Summary(all)}\n".ShouldBeApproved($"doctor-{format.ToString().ToLowerInvariant()}");
    }

    [Fact]
    public void With_nothing_wrong_it_says_so() =>
        DoctorReport.Summary(DoctorCheck.Of(GivenDoctor.Look(GivenDoctor.Good))).ShouldEndWith(" checks: all passed");
}
