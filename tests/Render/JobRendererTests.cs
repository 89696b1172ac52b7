using Runbook.Render;
using Runbook.Settings;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Render;

public sealed class JobRendererTests : IDisposable
{
    private readonly TemplatesFixture _templates = new();

    public void Dispose() => _templates.Dispose();

    [Fact]
    public void Without_a_repository_there_are_no_backup_jobs() =>
        Roles("no-repository").ShouldBe([JobRole.Postgres, JobRole.PostgresInit, JobRole.Operations]);

    [Fact]
    public void A_schedule_that_is_off_has_no_job() => Roles("posix-exec").ShouldBe(
    [
        JobRole.Postgres, JobRole.PostgresInit, JobRole.Operations, JobRole.PgbackrestInit, JobRole.Restore,
        JobRole.Full, JobRole.Incr, JobRole.Check,
    ]);

    [Fact]
    public void A_cluster_that_is_not_to_check_itself_has_no_job_for_it() =>
        new JobRenderer(_templates.Root).Render(Scenarios.All["several-repositories"]).ShouldNotContain(job => job.Role == JobRole.Check);

    [Fact]
    public void The_check_knows_what_is_critical() => new JobRenderer(_templates.Root).Render(Scenarios.All["s3"]).Single(job => job.Role == JobRole.Check).Text
        // A full backup each week, and a quarter of that, twice; on the day of the clock change it is an hour more.
        .ShouldContain($"\"full-age={(7 * 24 + 1) * 3600 * 5 / 2}\", \"archive-lag=600\", \"free-space=7\"");

    [Fact]
    public void Ids_and_files_follow_the_settings() => new JobRenderer(_templates.Root).Render(Scenarios.All["s3"])
        .Select(job => (job.Id, job.FileName)).ShouldBe(
        [
            ("postgres", "postgres.nomad.hcl"),
            ("postgres-init", "postgres-init.nomad.hcl"),
            ("backup", "backup.nomad.hcl"),
            ("pgbackrest-init", "pgbackrest-init.nomad.hcl"),
            ("pgbackrest-restore", "pgbackrest-restore.nomad.hcl"),
            ("backup-full", "backup-full.nomad.hcl"),
            ("backup-diff", "backup-diff.nomad.hcl"),
            ("backup-incr", "backup-incr.nomad.hcl"),
            ("backup-check", "backup-check.nomad.hcl"),
        ]);

    [Fact]
    public void A_secret_of_the_operator_leaves_no_trace_and_one_of_the_node_only_its_template()
    {
        var text = string.Concat(new JobRenderer(_templates.Root).Render(Scenarios.All["s3"]).Select(job => job.Text));
        text.ShouldNotContain("S3_KEY");
        text.ShouldContain("repo1-s3-key-secret={{ with secret \"kv/data/s3\" }}{{ .Data.data.secret }}{{ end }}");
    }

    [Fact]
    public void The_delivered_scripts_can_be_embedded() =>
        Should.NotThrow(() => new JobRenderer(Repository.PathOf("templates")).Render(Scenarios.All["s3"]));

    [Theory]
    [InlineData("{{ postgres.prot }}", "lock.nomad.hcl.sbn(2,")]
    [InlineData("{{ postgress.port }}", "lock.nomad.hcl.sbn(2,")]
    [InlineData("{{ if }}", "lock.nomad.hcl.sbn(2,")]
    [InlineData("{{ include 'partials/none.sbn' }}", "cannot read the template partials/none.sbn")]
    [InlineData("{{ script 'none.sh' }}", "cannot read the template scripts/none.sh")]
    [InlineData("{{ script 'bad.sh' }}", "bad.sh holds \"{{\" in line 2, which Nomad would execute as a template")]
    public void A_template_that_cannot_be_rendered_is_told_with_its_line(string line, string message)
    {
        _templates.Write("lock.nomad.hcl.sbn", $"job \"x\" {{\n{line}\n}}\n");
        _templates.Write("scripts/bad.sh", "#!/bin/bash\necho '{{ key \"x\" }}'\n");
        Should.Throw<RenderException>(() => Lock(new() { ["holder"] = "me" })).Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("a b"), InlineData("a=1\n"), InlineData("1a"), InlineData(""), InlineData("cluster")]
    public void Meta_with_a_key_that_is_none_is_refused(string key) =>
        Should.Throw<RenderException>(() => Lock(new() { [key] = "x" }));

    [Fact]
    public void What_was_done_stands_in_a_job_that_runs_nothing()
    {
        const string Value = """{"error":"50 % of ${x} and %{y}\n\"said\" <it>"}""";
        var job = new JobRenderer(_templates.Root).RenderHistory(Scenarios.All["posix-exec"], new Dictionary<string, string> { ["run_1"] = Value });
        (job.Id, job.Role).ShouldBe(("postgres-history", JobRole.History));
        job.Text.ShouldContain("parameterized {");
        // As HCL reads it back.
        var line = job.Text.Split('\n').Single(l => l.Contains("run_1"))[..^1].Split(" = \"", 2)[1];
        line.Replace("$${", "${").Replace("%%{", "%{").Replace("\\\"", "\"").Replace("\\\\", "\\").ShouldBe(Value);
    }

    [Fact]
    public void The_committed_jobs_of_the_example_are_those_that_are_rendered()
    {
        var jobs = new JobRenderer(Repository.PathOf("templates")).Render(ProfileTests.Example());
        var folder = Repository.PathOf("jobs", "example");
        if (Repository.Update)
            JobsDirectory.Write(folder, jobs);
        Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToDictionary(file => Path.GetFileName(file), File.ReadAllText)
            .ShouldBe(jobs.OrderBy(job => job.FileName, StringComparer.Ordinal).ToDictionary(job => job.FileName, job => job.Text),
                "jobs/example is out of date; run ./build.sh RenderJobs --profile example");
    }

    private RenderedJob Lock(Dictionary<string, string> meta) =>
        new JobRenderer(_templates.Root).RenderLock(Scenarios.All["posix-exec"], meta);

    private IEnumerable<JobRole> Roles(string scenario) =>
        new JobRenderer(_templates.Root).Render(Scenarios.All[scenario]).Select(job => job.Role);
}
