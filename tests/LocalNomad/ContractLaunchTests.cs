using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>Jobs that are launched: by dispatch, by schedule and by force.</summary>
[Collection(ContractAgent.Name)]
public class ContractLaunchTests(NomadFixture nomad)
{
    private const string Parameterized = """
        meta {
          fixed = "always"
        }
        parameterized {
          payload       = "forbidden"
          meta_required = ["set"]
          meta_optional = ["operator"]
        }
        """;

    private const string Weekly = """
        periodic {
          cron             = "@weekly"
          time_zone        = "UTC"
          prohibit_overlap = true
        }
        """;

    [Fact]
    public async Task A_dispatched_job_gets_its_meta_in_both_spellings()
    {
        var id = nomad.UniqueId("dispatch");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "echo $NOMAD_META_set $NOMAD_META_SET [$NOMAD_META_operator] $NOMAD_META_fixed $NOMAD_JOB_NAME $NOMAD_JOB_ID", job: Parameterized));
        var result = await nomad.RunAsync("job", "dispatch", "-detach", "-meta", "set=a=b c", id);
        result.ExitCode.ShouldBe(0, result.ToString());
        var child = result.Output.Split('\n').Single(line => line.StartsWith("Dispatched Job ID", StringComparison.Ordinal)).Split('=')[1].Trim();
        child.ShouldMatch($"^{id}/dispatch-[0-9]{{10}}-[0-9a-f]{{8}}$");
        result.Output.ShouldContain("Evaluation ID     = ");

        var allocation = await nomad.AllocationAsync(child, "complete");
        (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.ShouldBe($"a=b c a=b c [] always {child} {child}\n");
        var job = (await nomad.JsonAsync("job", "inspect", child))["Job"]!;
        ((bool)job["Dispatched"]!).ShouldBeTrue();
        ((string)job["ParentID"]!).ShouldBe(id);
        ((string)job["Meta"]!["set"]!).ShouldBe("a=b c");
        job["ParameterizedJob"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("did not provide required meta keys: [set]", "-detach")]
    [InlineData("included unpermitted metadata keys: [other]", "-detach", "-meta", "set=x", "-meta", "other=y")]
    [InlineData("Error parsing meta value: set", "-detach", "-meta", "set")]
    public async Task A_dispatch_with_wrong_meta_is_refused(string reason, params string[] flags)
    {
        var id = nomad.UniqueId("wrong");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true", job: Parameterized));
        var result = await nomad.RunAsync(["job", "dispatch", .. flags, id]);
        result.ExitCode.ShouldBe(1);
        result.All.ShouldContain(reason);
    }

    [Fact]
    public async Task Only_parameterized_jobs_are_dispatched()
    {
        var id = nomad.UniqueId("plain");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true"));
        var result = await nomad.RunAsync("job", "dispatch", "-detach", id);
        result.ExitCode.ShouldBe(1);
        result.All.ShouldMatch($"Specified job \"{id}\" is not a parameterized job|No (parameterized )?job\\(s\\) with prefix or ID \"{id}\" found");
        (await nomad.RunAsync("job", "dispatch", "-detach", "no-such-job")).All.ShouldMatch("parameterized job not found|No (parameterized )?job");
        var forced = await nomad.RunAsync("job", "periodic", "force", "-detach", id);
        forced.ExitCode.ShouldBe(1);
        forced.All.ShouldMatch($"No periodic job\\(s\\) with prefix or (id|ID) \"{id}\" found");
    }

    [Fact]
    public async Task A_forced_run_is_found_through_its_evaluation_and_overlaps()
    {
        var id = nomad.UniqueId("periodic");
        var run = await nomad.RunAsync("job", "run", "-detach", nomad.Write(id, Jobs.Batch(id, "sleep 300", job: Weekly)));
        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("Approximate next launch time: ");
        run.Output.ShouldNotContain("Evaluation ID");

        var children = new List<string>();
        while (children.Count < 2)
        {
            var forced = await nomad.RunAsync("job", "periodic", "force", "-detach", id);
            forced.ExitCode.ShouldBe(0, forced.ToString());
            var evaluation = await nomad.JsonAsync("eval", "status", "-json", forced.EvaluationId);
            ((string)evaluation["TriggeredBy"]!).ShouldBe("periodic-job");
            var child = (string)evaluation["JobID"]!;
            child.ShouldMatch($"^{id}/periodic-[0-9]{{10}}$");
            // Two within one second are the same child.
            if (!children.Contains(child))
                children.Add(child);
        }

        foreach (var child in children)
            await nomad.AllocationAsync(child, "running");

        (await nomad.RunAsync("job", "stop", "-yes", id)).ShouldBe(new NomadResult(0, "", ""));
        var parent = (await nomad.JsonAsync("job", "inspect", id))["Job"]!;
        ((string)parent["Status"]!).ShouldBe("dead");
        ((string)parent["Periodic"]!["Spec"]!).ShouldBe("@weekly");
        foreach (var child in children)
        {
            var allocation = await nomad.AllocationAsync(child, "running");
            ((string)allocation["DesiredStatus"]!).ShouldBe("run");
        }

        var late = await nomad.RunAsync("job", "periodic", "force", "-detach", id);
        late.ExitCode.ShouldBe(1);
        late.All.ShouldContain("can't force run non-tracked job");
        foreach (var child in children)
            await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", child);
    }

    [Fact]
    public async Task A_schedule_launches()
    {
        var id = nomad.UniqueId("every");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true", job: "periodic {\n cron = \"*/2 * * * * * *\"\n}"));
        await Eventually.TrueAsync(
            async () => (await nomad.JsonAsync("alloc", "status", "-json")).AsArray().Any(allocation => ((string)allocation!["JobID"]!).StartsWith(id + "/periodic-", StringComparison.Ordinal)),
            "a launch by the schedule");
        (await nomad.RunAsync("job", "stop", "-yes", "-purge", id)).ExitCode.ShouldBe(0);
    }
}
