using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Settings;

public class JobCatalogTests
{
    [Fact]
    public void Each_role_has_one_row() => JobCatalog.Jobs.Select(j => j.Role).Order().ShouldBe(Enum.GetValues<JobRole>().Order());

    [Fact]
    public void Each_job_has_a_name_of_its_own() => JobCatalog.Jobs.Select(j => j.Id(Given.Settings)).ShouldBeUnique();

    [Fact]
    public void Each_template_is_some_jobs_and_each_job_has_one() =>
        JobCatalog.Jobs.Select(j => $"{j.Template}.nomad.hcl.sbn").Distinct().Order()
            .ShouldBe(Directory.GetFiles(Repository.PathOf("templates"), "*.nomad.hcl.sbn").Select(f => Path.GetFileName(f)).Order());

    // It re-creates a job that Nomad has forgotten: what was dispatched would run again.
    [Fact]
    public void Terraform_owns_what_keeps_running_alone() =>
        JobCatalog.Jobs.Where(j => j.Resource.Length > 0).ShouldAllBe(j => j.Kind == JobKind.Service || j.Kind == JobKind.Periodic);

    [Theory]
    [InlineData("pgbackrest-restore/dispatch-1", JobRole.Restore), InlineData("pgbackrest-full/periodic-17", JobRole.Full), InlineData("postgres-lock", JobRole.Lock)]
    [InlineData("pgbackrest-restored", null), InlineData("other", null)]
    public void A_job_is_found_by_its_own_name_and_by_a_childs(string id, JobRole? role) => (JobCatalog.Find(Given.Settings, id)?.Role).ShouldBe(role);
}
