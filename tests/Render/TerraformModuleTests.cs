using Runbook.Render;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Render;

public sealed class TerraformModuleTests(TemplatesFixture templates) : IClassFixture<TemplatesFixture>
{
    public static TheoryData<string> Names => [.. Scenarios.Terraform.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_module_is_as_approved(string scenario)
    {
        Runbook.Settings.SettingsValidator.Validate(Scenarios.Terraform[scenario]).ShouldBeEmpty();
        var text = string.Join("\n", Render(scenario).Select(file => $"# ---- {file.FileName}\n{file.Text}"));
        Approved.ShouldMatch(Repository.PathOf("tests", "Render", "Approved", $"{scenario}.approved.txt"), text);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task It_is_formatted_as_terraform_does(string scenario)
    {
        foreach (var file in Render(scenario))
            (await ApprovedTests.TerraformFormat(file.Text)).ShouldBe(file.Text, file.FileName);
    }

    [Fact]
    public void One_off_jobs_are_never_in_it()
    {
        var text = string.Concat(Render("terraform-s3").Select(file => file.Text));
        foreach (var id in (string[])["postgres-init", "backup.nomad", "pgbackrest-init", "pgbackrest-restore", "postgres-lock"])
            text.ShouldNotContain(id);
        foreach (var id in (string[])["postgres.nomad.hcl", "backup-full.nomad.hcl", "backup-diff.nomad.hcl", "backup-incr.nomad.hcl", "backup-check.nomad.hcl"])
            text.ShouldContain($"/../{id}\"");
    }

    [Fact]
    public void The_folder_holds_it_where_Terraform_is_the_engine_and_nowhere_else()
    {
        var folder = Directory.CreateTempSubdirectory("runbook-module-");
        try
        {
            var module = Path.Combine(folder.FullName, "terraform");
            JobsDirectory.WriteModule(folder.FullName, []).Any.ShouldBeFalse();
            Directory.Exists(module).ShouldBeFalse();

            var files = Render("terraform-s3");
            JobsDirectory.WriteModule(folder.FullName, files).Added.ShouldBe(TerraformModule.FileNames.Select(name => $"terraform/{name}"));
            JobsDirectory.WriteModule(folder.FullName, files).Any.ShouldBeFalse();
            File.WriteAllText(Path.Combine(module, "override.tf"), "# mine");

            JobsDirectory.WriteModule(folder.FullName, []).Removed.Count.ShouldBe(TerraformModule.FileNames.Count);
            Directory.GetFiles(module).Select(Path.GetFileName).ShouldBe(["override.tf"]);
            File.WriteAllText(Path.Combine(module, "main.tf"), "# mine, too");
            JobsDirectory.WriteModule(folder.FullName, []).Any.ShouldBeFalse();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private IReadOnlyList<TerraformFile> Render(string scenario)
    {
        var settings = Scenarios.Terraform[scenario];
        return new TerraformModule(templates.Root).Render(settings, new JobRenderer(templates.Root).Render(settings));
    }
}
