using System.Text.RegularExpressions;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Tests.Workflows;

/// <summary>What a linter does not hold: least privilege, pinned actions, no value within a script, one change at a time.</summary>
public partial class WorkflowTests
{
    private static readonly string[] Trusted = ["actions/checkout", "actions/setup-dotnet", "actions/upload-artifact"];

    public static TheoryData<string> All => [.. Workflow.Names];

    public static TheoryData<string> Workflows => [.. Workflow.Names.Where(n => n.StartsWith("workflows/", StringComparison.Ordinal))];

    [Fact]
    public void There_is_one_for_each_occasion() => Workflow.Names.ShouldBe(
        ["actions/prepare/action.yml", "workflows/check.yml", "workflows/deploy.yml", "workflows/pull-request.yml", "workflows/restore.yml"]);

    [Theory, MemberData(nameof(All))]
    public void Actions_are_few_and_pinned_by_commit_with_their_version(string name)
    {
        var used = UsedAction().Matches(Workflow.Read(name).Text).Select(m => m.Groups["what"].Value.Trim()).ToList();
        used.ShouldNotBeEmpty();
        foreach (var action in used.Where(a => a != "./.github/actions/prepare"))
        {
            var pinned = PinnedAction().Match(action);
            pinned.Success.ShouldBeTrue(action);
            Trusted.ShouldContain(pinned.Groups["name"].Value);
        }
    }

    [Fact]
    public void An_action_is_the_same_everywhere() => Workflow.Names
        .SelectMany(n => UsedAction().Matches(Workflow.Read(n).Text).Select(m => m.Groups["what"].Value.Trim()))
        .Distinct().GroupBy(a => a.Split('@')[0]).ShouldAllBe(versions => versions.Count() == 1);

    [Theory, MemberData(nameof(Workflows))]
    public void A_job_may_read_the_repository_and_nothing_else(string name)
    {
        var workflow = Workflow.Read(name);
        ((YamlMappingNode)workflow.Root["permissions"]).Children.ShouldBeEmpty();
        foreach (var (job, node) in workflow.Jobs)
            Workflow.Value(node, "permissions").ShouldBe("{ { contents, read } }", job);
        workflow.Text.ShouldNotContain("pull_request_target");
        foreach (var step in workflow.Steps.Where(s => Workflow.Value(s, "uses").StartsWith("actions/checkout@", StringComparison.Ordinal)))
            Workflow.Value(step, "with", "persist-credentials").ShouldBe("false");
    }

    // https://docs.github.com/actions/concepts/security/script-injections
    [Theory, MemberData(nameof(All))]
    public void No_value_is_put_into_a_script(string name)
    {
        foreach (var script in Workflow.Read(name).Scripts)
            script.ShouldNotContain("${{");
    }

    [Theory, MemberData(nameof(All))]
    public void No_script_prints_what_it_was_given_as_a_secret(string name)
    {
        foreach (var step in Workflow.Read(name).Steps)
        {
            var script = Workflow.Value(step, "run");
            var secret = ((step.Children.TryGetValue(new YamlScalarNode("env"), out var env) ? env : new YamlMappingNode()) as YamlMappingNode)!
                .Children.Where(e => SecretInput().IsMatch($"{e.Value}")).Select(e => ((YamlScalarNode)e.Key).Value!);
            foreach (var variable in secret)
                Regex.IsMatch(script, $@"(echo|printf '%s\\n')[^>\n]*\${variable}\b", RegexOptions.None, TimeSpan.FromSeconds(5)).ShouldBeFalse($"{variable}: {script}");
            script.ShouldNotContain("set -x");
        }
    }

    [Theory, MemberData(nameof(Workflows))]
    public void A_job_that_has_secrets_has_an_environment_and_every_job_an_end(string name)
    {
        foreach (var (job, node) in Workflow.Read(name).Jobs)
        {
            int.Parse(Workflow.Value(node, "timeout-minutes")).ShouldBeInRange(1, 360, job);
            if ($"{node}".Contains("secrets.", StringComparison.Ordinal))
            {
                Workflow.Value(node, "environment").ShouldBeOneOf("plan", "check", "production");
                // Without a profile there is no cluster to be asked: a fresh copy of this repository has no failing workflows.
                $"{Workflow.Value(node, "if")}{Workflow.Value(node, "needs")}".ShouldMatch(@"vars\.PROFILE != ''|^plan$", job);
            }
        }
    }

    [Theory]
    [InlineData("deploy", "deploy"), InlineData("restore", "restore")]
    public void What_changes_a_cluster_is_approved_and_one_at_a_time(string name, string job)
    {
        var node = Workflow.Read($"workflows/{name}.yml").Jobs.Single(j => j.Name == job).Job;
        Workflow.Value(node, "environment").ShouldBe("production");
        Workflow.Value(node, "concurrency", "group").ShouldBe("cluster-${{ vars.PROFILE }}");
        Workflow.Value(node, "concurrency", "cancel-in-progress").ShouldBe("false");
    }

    [GeneratedRegex(@"^\s*(- )?uses: (?<what>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UsedAction();

    [GeneratedRegex(@"^(?<name>[\w-]+/[\w-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+$", RegexOptions.ExplicitCapture)]
    private static partial Regex PinnedAction();

    [GeneratedRegex(@"secrets\.|inputs\.(ca|client-certificate|client-key)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex SecretInput();
}
