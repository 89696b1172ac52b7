using Runbook.Cluster;
using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>What the host is like, as the node says it and the runbook reads it.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void It_is_understood_beside_the_other_facts()
    {
        _node.HasCluster();
        var said = _node.Run("operate.sh", [], ("NOMAD_META_operation", "doctor"));
        said.Code.ShouldBe(0, said.Error);
        var facts = NodeFacts.Parse(said.Output, "db");
        facts.DataPresent.ShouldBeTrue();
        var host = facts.Host!;
        host.System.ShouldNotBeEmpty();
        host.Unit.ShouldBeOneOf("masked", "absent", "enabled", "disabled");
        host.Clock.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        host.Rooms.ShouldContain(r => r.Name == "data" && r.Size > 0 && r.Path == _node.At("volume"));
    }

    [Theory]
    [InlineData("", "absent"), InlineData("lib", "disabled"), InlineData("lib wants", "enabled"), InlineData("lib wants mask", "masked"), InlineData("mask", "masked")]
    public void The_unit_is_told_by_its_files(string files, string state)
    {
        Directory.CreateDirectory(_node.At("etc/systemd/system/multi-user.target.wants"));
        Directory.CreateDirectory(_node.At("lib/systemd/system"));
        if (files.Contains("lib"))
            File.WriteAllText(_node.At("lib/systemd/system/postgresql.service"), "");
        if (files.Contains("wants"))
            File.WriteAllText(_node.At("etc/systemd/system/multi-user.target.wants/postgresql.service"), "");
        if (files.Contains("mask"))
            File.CreateSymbolicLink(_node.At("etc/systemd/system/postgresql.service"), "/dev/null");
        Shell($"unit_state {_node.At("etc")} {_node.At("lib")}").ShouldBe(state);
    }

    [Fact]
    public void Debians_clusters_are_read_from_their_configuration()
    {
        Has("15", "main", "#port = 1\nport = 5432\nport = 5433\t\t\t# (change requires restart)\ndata_directory = '/var/lib/postgresql/15/main'\t# use data in another directory\n", "# start.conf\n\nauto\n");
        Has("16", "old", "data_directory='/srv/pg'\n", "manual");
        Has("17", "bare", "", null);
        Shell($"debian_clusters {_node.At("etc")}").Split('\n').Select(DebianCluster.Parse).ShouldBe(
        [
            new DebianCluster("15/main", 5433, "auto", Listens: false, "/var/lib/postgresql/15/main"),
            new DebianCluster("16/old", 5432, "manual", Listens: false, "/srv/pg"),
            new DebianCluster("17/bare", 5432, "auto", Listens: false, ""),
        ]);
    }

    [Theory]
    [InlineData("777", "711", true), InlineData("777", "710", false), InlineData("755", "755", false), InlineData("773", "755", true)]
    public void A_folder_that_everybody_can_write_to_is_named(string mode, string above, bool open)
    {
        var folder = Directory.CreateDirectory(_node.At("agent/task")).FullName;
        Shell($"chmod {above} {_node.At("agent")} && chmod {mode} {folder} && chmod 755 {_node.At()}");
        Shell($"open_folder {folder}").ShouldBe(open ? folder : "");
    }

    [Fact]
    public void People_are_told_from_services()
    {
        File.WriteAllText(_node.At("passwd"), "root:x:0:0::/root:/bin/bash\npostgres:x:110:110::/:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\nbot:x:1001:1001::/:/usr/sbin/nologin\nbob:x:1002:1002::/:/bin/zsh\nnobody:x:65534:65534::/:/bin/sh\n");
        Shell($"logins {_node.At("passwd")}").Trim().ShouldBe("ann bob");
    }

    [Fact]
    public void Where_there_are_none_there_are_none() => Shell($"debian_clusters {_node.At("nowhere")}").ShouldBeEmpty();

    [Theory]
    [InlineData(""), InlineData("15 main five auto true /d"), InlineData("15 main")]
    public void What_is_no_cluster_is_passed_over(string line) => DebianCluster.Parse(line).ShouldBeNull();

    private void Has(string version, string name, string configuration, string? start)
    {
        var folder = Directory.CreateDirectory(_node.At("etc", "postgresql", version, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "postgresql.conf"), configuration);
        if (start is not null)
            File.WriteAllText(Path.Combine(folder, "start.conf"), start);
    }

    // Nobody is asked whether somebody listens: whatever runs on this machine is none of a test.
    private string Shell(string line)
    {
        var said = _node.Shell($". \"$NOMAD_TASK_DIR/health.sh\"; . \"$NOMAD_TASK_DIR/doctor.sh\"; exec() {{ return 1; }}; {line}");
        said.Code.ShouldBe(0, said.Error);
        return said.Output.TrimEnd('\n');
    }
}
