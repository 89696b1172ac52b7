using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Checks;

/// <summary>It goes on where something is missing, and says what it could not look at.</summary>
public class DoctorReaderTests
{
    private readonly Dictionary<string, (int Code, string Output, string Error)> _answers = new()
    {
        ["nomad version"] = (0, "Nomad v1.8.3\n", ""),
        ["terraform version"] = (0, "Terraform v1.11.4\non linux_amd64\n", ""),
        ["git --version"] = (0, "git version 2.39\n", ""),
        ["nomad node status -json"] = (0, "[]", ""),
        ["nomad server members"] = (0, "Name    Address    Port  Status  Leader  Protocol  Build  Datacenter  Region\ns1.eu   127.0.0.1  4648  alive   true    2         1.8.3  dc1         eu\n", ""),
        ["nomad job status"] = (0, "No running jobs\n", ""),
        ["nomad alloc status -json"] = (0, "[]", ""),
    };

    [Fact]
    public async Task Everything_that_answers_is_read()
    {
        var facts = await ReadAsync();
        facts.Machine.Nomad.Value.ShouldBe(new Version(1, 8, 3));
        facts.Machine.Engines.ShouldBe([("terraform", new Version(1, 11, 4))]);
        facts.Machine.HasGit.ShouldBeTrue();
        facts.Machine.Free.ShouldBePositive();
        facts.Servers.Value.ShouldHaveSingleItem().Region.ShouldBe("eu");
        (facts.Nodes.IsThere, facts.Cluster.IsThere, facts.Host.IsThere).ShouldBe((true, true, true));
        // With nothing deployed there is nobody to ask on the node.
        facts.Host.Value!.Node.ShouldBeNull();
    }

    [Fact]
    public async Task Without_the_executable_nobody_else_is_asked()
    {
        _answers.Remove("nomad version");
        var facts = await ReadAsync();
        facts.Machine.Nomad.Trouble.ShouldContain("cannot be started");
        facts.Nodes.Asked.ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_that_is_refused_is_told_and_what_it_may_see_is_read()
    {
        _answers["nomad server members"] = (1, "", "Error querying servers: Unexpected response code: 403 (Permission denied)");
        _answers["nomad job status"] = (1, "", "Error querying jobs: Unexpected response code: 403 (Permission denied)");
        var facts = await ReadAsync();
        facts.Nodes.IsThere.ShouldBeTrue();
        facts.Servers.Trouble.ShouldContain("403");
        facts.Cluster.Trouble.ShouldContain("403");
        facts.Host.IsThere.ShouldBeFalse();
    }

    [Theory]
    [InlineData("apps", "", "apps"), InlineData("", "env", "env"), InlineData("apps", "env", "apps"), InlineData("", "default", "default"), InlineData("", "", "")]
    public async Task The_namespace_that_is_used_is_looked_for(string configured, string inUse, string name)
    {
        _answers[$"nomad namespace inspect {name}"] = (1, "", $"Namespace \"{name}\" matched no namespaces");
        var facts = await ReadAsync(configured, inUse);
        facts.Namespace.ShouldBe(name);
        (facts.NamespaceTrouble.Length > 0).ShouldBe(name is not ("" or "default"));
    }

    private Task<DoctorFacts> ReadAsync(string configured = "", string inUse = "")
    {
        var settings = Given.Settings with { Nomad = Given.Settings.Nomad with { Namespace = configured } };
        var gate = new FakeGate(i => _answers.TryGetValue($"{i}", out var answer) ? answer : throw new RunbookException(ExitCode.WrongUse, $"{i.Executable} cannot be started"));
        var nomad = new NomadClient(new NomadCommands("nomad"), gate);
        var time = new FakeTimeProvider(Given.Noon);
        var reader = new ClusterReader(settings, nomad, new NodeChannel(settings, "", nomad, new Dispatcher(nomad, time)));
        return new DoctorReader(settings, nomad, reader, gate, time).ReadAsync("/tmp", inUse, remote: true, TestContext.Current.CancellationToken);
    }
}
