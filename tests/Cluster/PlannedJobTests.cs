using Runbook.Cluster;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class PlannedJobTests
{
    [Theory]
    [InlineData("1 create/destroy update", JobEffect.Restart)]
    [InlineData("1 in-place update", JobEffect.InPlace)]
    [InlineData("1 ignore", JobEffect.InPlace)]
    [InlineData("1 create", JobEffect.Start)]
    [InlineData("1 word of a later Nomad", JobEffect.Restart)]
    public void Of_the_server_the_scheduler_s_word_counts_and_one_that_is_not_known_is_the_worst(string updates, JobEffect effect) =>
        PlannedJob.Of(GivenPlan.Edited(JobRole.Postgres, updates)).Effect.ShouldBe(effect);

    [Fact]
    public void What_runs_on_demand_or_by_a_schedule_is_changed_in_place_whatever_Nomad_calls_it()
    {
        PlannedJob.Of(GivenPlan.Edited(JobRole.Full, "1 create")).Effect.ShouldBe(JobEffect.InPlace);
        PlannedJob.Of(GivenPlan.Edited(JobRole.Full, "1 create", job: "+/- Stop: \"true\" => \"false\"")).ShouldSatisfyAllConditions(
            j => j.Effect.ShouldBe(JobEffect.Start), j => j.Reasons[0].ShouldBe("it was stopped"));
    }

    [Fact]
    public void New_and_unchanged_jobs()
    {
        PlannedJob.Of(Given.Change(JobRole.Postgres, "postgres", changed: false)).Effect.ShouldBe(JobEffect.None);
        PlannedJob.Of(Given.Change(JobRole.Postgres, "postgres", changed: true, index: 0)).Effect.ShouldBe(JobEffect.Create);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Why_is_said_in_people_s_words(bool edited)
    {
        var conf = GivenPlan.File("local/postgresql.conf", "a = '1'\nshared_buffers = '64MB'\ngone = on\n", "# note\nshared_buffers = '72MB'\na = '1'\nnew_one = 'it''s'\n", edited);
        var hba = GivenPlan.File("local/pg_hba.conf", "local all all peer\n", "local all all peer\nhost  all  app 10.0.0.0/8  scram-sha-256\n", edited);
        var script = GivenPlan.File("local/serve.sh", "echo \"one\"\n", "echo \"two\"\n", edited);
        var archive = GivenPlan.File("local/pgbackrest.conf", "[global]\nrepo1-path=/a\n", "[global]\nrepo1-path=/b\n", edited);
        var job = PlannedJob.Of(GivenPlan.Edited(
            JobRole.Postgres,
            job: "+ Constraint {\n + LTarget: \"${node.unique.name}\"\n + Operand: \"=\"\n + RTarget: \"db-1\"\n }\n+/- Meta[cluster]: \"a\" => \"b\"",
            group: "+/- Count: \"0\" => \"1\" (forces create)\n+/- RestartPolicy {\n +/- Delay: \"15000000000\" => \"20000000000\"\n Mode: \"delay\"\n }",
            task: $"""
            +/- KillTimeout: "5000000000" => "300000000000"
            +/- Env[PGN_PORT]: "5432" => "5433"
            +/- Resources (
            +/- Resources {"{"}
              CPU: "500"
              +/- MemoryMB: "512" => "1024"
            {"}"}
            {conf}
            {hba}
            {script}
            {archive}
            """));
        job.Reasons.ShouldBe(
        [
            "meta cluster a -> b", "constraint added (LTarget ${node.unique.name}, Operand =, RTarget db-1)", "its count is 0, not 1", "delay 15s -> 20s",
            "kill timeout 5s -> 5m", "environment PGN_PORT 5432 -> 5433",
            "gone on (removed)", "new_one it's (new)", "shared_buffers 64MB -> 72MB", "pg_hba.conf: host all app 10.0.0.0/8 scram-sha-256 (new)",
            "script serve.sh", "pgBackRest's repo1-path /a -> /b", "memory 512 -> 1024 MB",
        ]);
    }

    [Fact]
    public void A_difference_that_Nomad_does_not_detail_is_not_passed_over() =>
        PlannedJob.Of(GivenPlan.Edited(JobRole.Postgres)).Reasons.ShouldBe(["task main"]);

    [Theory]
    [InlineData("local/init.sql", "a", "b", "the initialisation script")]
    [InlineData("local/pg_hba.conf", "# one\nlocal all all peer\n", "# two\nlocal all all peer\n", "pg_hba.conf: the order of its lines, or a comment")]
    [InlineData("local/pg_ident.conf", null, "a b c", "pg_ident.conf is new")]
    [InlineData("secrets/superuser.password", "a", null, "superuser.password is removed")]
    public void Files_are_called_by_what_they_are(string path, string? old, string? now, string said) => FileWords.Differences(path, old, now).ShouldBe([said]);
}
