using Runbook;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Steps;
using Shouldly;
using Xunit;

namespace Tests.Steps;

public class TerraformGuardTests
{
    private static readonly ApplyTerraform StopsServer = new([], [new("postgres", JobRole.Postgres, Purge: false, EndRuns: true, Configured: true)]);

    [Fact]
    public void What_was_asked_for_may_go() =>
        Should.NotThrow(() => Guard(StopsServer, Change("postgres", "delete"), Change("pgbackrest-full", "no-op"), Change("pgbackrest-incr", "update")));

    [Theory]
    [InlineData("pgbackrest-full", "nomad_job", "delete")]
    // A replacement takes it down as well.
    [InlineData("other", "nomad_job", "delete", "create")]
    // Something of the operator's own in the same folder.
    [InlineData("postgres", "random_id", "delete")]
    public void What_was_not_asked_for_may_not(string job, string type, params string[] actions)
    {
        var error = Should.Throw<RunbookException>(() => Guard(StopsServer, Change("postgres", "delete"), Change(job, actions) with { Type = type }));
        (error.Code, error.State).ShouldBe((ExitCode.Refused, "nothing was changed"));
        error.Message.ShouldContain($"would destroy {job} ({type}.");
        error.Next.ShouldStartWith("terraform show");
    }

    [Fact]
    public void A_plan_is_told_in_lines() => TerraformGuard.Lines(
        [Change("a", "create"), Change("b", "update"), Change("c", "delete"), Change("d", "delete", "create"), Change("e", "no-op"), Change("f", "update") with { TakenOver = true }])
        .ShouldBe(
        [
            "terraform creates a (nomad_job.a[0])", "terraform updates b (nomad_job.b[0])", "terraform stops c (nomad_job.c[0])",
            "terraform replaces d (nomad_job.d[0])", "terraform takes over f (nomad_job.f[0])",
        ]);

    private static void Guard(ApplyTerraform step, params TerraformChange[] changes) =>
        TerraformGuard.Check(step, changes.Select(c => c with { Address = c.Address.Replace("nomad_job", c.Type, StringComparison.Ordinal) }), "terraform show");

    private static TerraformChange Change(string job, params string[] actions) => new($"nomad_job.{job}[0]", "nomad_job", job, [.. actions], Tainted: false, TakenOver: false);
}
