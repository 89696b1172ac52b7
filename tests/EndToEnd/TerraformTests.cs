using System.Text.Json.Nodes;
using Shouldly;
using Tests.LocalNomad;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>
/// The whole round with a real Terraform or OpenTofu in REAL_TERRAFORM, a provider that its configuration finds (TF_CLI_CONFIG_FILE, for example
/// with a filesystem_mirror) and a real Nomad in REAL_NOMAD: the stand-in has no HTTP interface.
/// </summary>
[Collection(Name), Trait("Nomad", "Real")]
public sealed class TerraformTests(TerraformNomad nomad) : IClassFixture<TerraformNomad>, IAsyncDisposable
{
    public const string Name = "terraform";

    private const string Superuser = "not-for-any-state-4711";

    private readonly Checkout _checkout = new();

    public async ValueTask DisposeAsync()
    {
        if (nomad.IsThere && Directory.Exists(Path.Combine(_checkout.Path, "jobs")))
            await _checkout.Run("Destroy", "--yes");
        await _checkout.DisposeAsync();
    }

    [Fact]
    public async Task The_round_of_a_cluster_that_Terraform_keeps_running()
    {
        await Prepared();
        (await _checkout.Run(10, "Plan")).Out.ShouldContain("terraform creates postgres (nomad_job.server[0])");
        await _checkout.Run(0, "Deploy");
        (await _checkout.Run(0, "Plan")).Out.ShouldContain("no change");
        await _checkout.Sql("create table note as select generate_series(1, 10) as n");
        (await _checkout.Run(0, "Deploy")).Out.ShouldContain("nothing to do");
        State().ShouldBe(["full", "incr", "server", "check"], ignoreOrder: true);
        foreach (var file in Directory.GetFiles(Module, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/providers/", StringComparison.Ordinal)))
            (await File.ReadAllTextAsync(file, Wait.Token)).ShouldNotContain(Superuser, customMessage: file);

        // Down by Terraform, restored by the runbook, up by Terraform.
        var set = _checkout.Sets.ShouldHaveSingleItem().Label;
        await _checkout.Run(0, "Restore", "--backup-set", set, "--recovery-target", "latest");
        State().ShouldBeEmpty();
        await _checkout.Run(0, "Revert");
        (await _checkout.Sql("select count(*) from note")).ShouldBe("10");
        State().Count.ShouldBe(4);

        // By hand, beside it: one is stopped, another one is not known to the state any more.
        (await nomad.RunAsync("job", "stop", "-detach", "-yes", "postgres")).ExitCode.ShouldBe(0);
        using (var forget = new RunningBuild(_checkout.Info(RealTerraform!, $"-chdir={Module}", "state", "rm", "nomad_job.full[0]")))
            (await forget.End()).ExitCode.ShouldBe(0);
        (await _checkout.Run(10, "Plan", "--output", "json")).Json().GetProperty("terraform").EnumerateArray().Select(l => l.GetString())
            .ShouldBe(["terraform takes over pgbackrest-full (nomad_job.full[0])", "terraform updates postgres (nomad_job.server[0])"], ignoreOrder: true);
        var mended = await _checkout.Run(0, "Deploy");
        mended.Out.ShouldContain("terraform updates postgres");
        mended.Out.ShouldContain("terraform takes over pgbackrest-full");
        (await _checkout.Sql("select count(*) from note")).ShouldBe("10");

        // A renamed job would leave runs that nobody owns.
        _checkout.Configure(p => p["pgbackrest"]!["jobName"] = "renamed");
        var refused = await _checkout.Run(3, "Deploy");
        refused.Error.ShouldContain("Terraform would destroy pgbackrest-check (nomad_job.check[0]), pgbackrest-full (nomad_job.full[0])");
        refused.Error.ShouldContain("which was not asked for");
        _checkout.Configure(p => p["pgbackrest"]!.AsObject().Remove("jobName"));
        (await _checkout.Sql("select count(*) from note")).ShouldBe("10");

        await _checkout.Run(0, "PauseSchedules", "--reason", "disks");
        State().ShouldBe(["server", "check"], ignoreOrder: true);
        (await _checkout.Run(0, "Deploy")).Out.ShouldContain("nothing to do");
        await _checkout.Run(0, "ResumeSchedules");

        await _checkout.Run(0, "Destroy", "--yes");
        State().ShouldBeEmpty();
        (await nomad.RunAsync("job", "status")).Output.ShouldNotContain("service");
    }

    [Fact]
    public async Task An_apply_that_was_ended_is_mended_by_the_same_command()
    {
        await Prepared();
        using (var deploy = _checkout.Start("Deploy"))
        {
            await Wait.Until("applying", () => deploy.Ended ? throw new InvalidOperationException(deploy.Said) : deploy.Said.Contains("terraform apply: submit postgres", StringComparison.Ordinal), said: () => deploy.Said);
            // The step's line ends with its time once it is done.
            await Wait.Until("submitted", async () => (await nomad.RunAsync("job", "status")).Output.Contains("\npostgres ", StringComparison.Ordinal));
            deploy.Signal(Processes.Terminate);
            (await deploy.End()).ExitCode.ShouldBe(143);
        }
        State().ShouldBe(["server"], "Terraform was let end: it knows what it has done");

        var server = await Server();
        await _checkout.Run(0, "Deploy");
        (await Server()).ShouldBe(server, "what came up is not restarted");
        State().Count.ShouldBe(4);
    }

    internal static string? RealTerraform => Environment.GetEnvironmentVariable("REAL_TERRAFORM") is { Length: > 0 } path ? path : null;

    private string Module => Path.Combine(_checkout.Path, "jobs", "local", "terraform");

    private async Task Prepared()
    {
        if (RealTerraform is null || !nomad.IsThere)
            Assert.Skip("No real Terraform with the provider hashicorp/nomad, or no real Nomad: REAL_TERRAFORM and REAL_NOMAD are not set.");
        _checkout.Variables["NUKE_NOMAD"] = nomad.Executable;
        _checkout.Variables["NUKE_TERRAFORM"] = RealTerraform!;
        _checkout.Variables["NOMAD_ADDR"] = nomad.Address;
        _checkout.Variables["PG_SUPERUSER"] = Superuser;
        _checkout.Configure(p =>
        {
            p["nomad"]!["engine"] = "terraform";
            p["nomad"]!["purgeOnStop"] = true;
            p["postgres"]!["superuserPassword"] = "env:PG_SUPERUSER";
        });
        (await _checkout.Run(0, "RenderJobs")).Out.ShouldContain("added     jobs/local/terraform/main.tf");
    }

    private async Task<string> Server() =>
        (string)(await nomad.AllocationsAsync("postgres")).Single(a => (string)a["ClientStatus"]! == "running")["ID"]!;

    // Names of the resources in the state.
    private List<string> State()
    {
        var state = JsonNode.Parse(File.ReadAllText(Path.Combine(Module, "terraform.tfstate")))!;
        return [.. state["resources"]!.AsArray().Select(r => r!["name"]!.GetValue<string>())];
    }
}

/// <summary>Alone: two real agents that begin at the same time take each other's free ports.</summary>
[CollectionDefinition(TerraformTests.Name, DisableParallelization = true)]
public sealed class AloneOnTheMachine;

/// <summary>A real agent where it is asked for, and nothing elsewhere.</summary>
public sealed class TerraformNomad() : RealNomadFixture(0)
{
    public override ValueTask InitializeAsync() => TerraformTests.RealTerraform is not null ? base.InitializeAsync() : ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => TerraformTests.RealTerraform is not null ? base.DisposeAsync() : ValueTask.CompletedTask;
}
