using Shouldly;
using Xunit;

namespace Tests.Scripts;

public sealed class ServeTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void An_empty_volume_gets_a_cluster()
    {
        var said = _node.Run("serve.sh", []);
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("creating a PostgreSQL 15 cluster");
        _node.Fake("started").Trim().ShouldBe(_node.Data);
        File.Exists(Path.Combine(_node.Data, "PG_VERSION")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("15", "true", "--data-checksums"), InlineData("15", "false", "")]
    [InlineData("18", "true", "--data-checksums"), InlineData("18", "false", "--no-data-checksums")]
    public void A_new_cluster_has_checksums_or_not_as_configured_whatever_its_version_does_by_itself(string version, string checksums, string option)
    {
        _node.Run("serve.sh", [], ("PGN_VERSION", version), ("PGN_CHECKSUMS", checksums)).Code.ShouldBe(0);
        _node.Fake("initdb").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(o => o.EndsWith("data-checksums", StringComparison.Ordinal))
            .ShouldBe(option.Length > 0 ? [option] : []);
    }

    [Fact]
    public void Who_may_connect_stays_on_the_volume_and_at_first_it_is_the_superuser_alone()
    {
        _node.HasCluster();
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        var hba = Path.Combine(_node.State, "conf", "pg_hba.conf");
        File.ReadAllText(hba).ShouldBe("first\n");

        // Delivered meanwhile, and a delivery that was killed before it was checked.
        File.WriteAllText(hba, "unchecked\n");
        File.WriteAllText(hba + ".before", "delivered\n");
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        File.ReadAllText(hba).ShouldBe("delivered\n");
        File.Exists(hba + ".before").ShouldBeFalse();
    }

    [Fact]
    public void A_cluster_that_is_there_is_started_as_it_is()
    {
        _node.HasCluster();
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        _node.Rows(_node.Data).ShouldBe("live rows");
    }

    [Theory]
    [InlineData("archiving"), InlineData("copying"), InlineData("swapping")]
    public void It_does_not_start_on_an_unfinished_restore(string phase)
    {
        _node.HasCluster();
        _node.HasRestore(("id", "r1"), ("phase", phase));
        Refused($"restore r1 is unfinished (phase {phase})");
    }

    [Fact]
    public void Starting_a_restored_cluster_is_recorded()
    {
        _node.HasCluster();
        _node.HasRestore(("id", "r1"), ("phase", "restored"));
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        _node.Restore()["phase"].ShouldBe("started");
    }

    [Theory]
    [InlineData("kept-r1"), InlineData("restore-r1")]
    public void It_makes_no_new_cluster_where_one_was_lost(string directory)
    {
        Directory.CreateDirectory($"{_node.Data}.{directory}");
        Refused("not creating a new cluster over a lost one");
    }

    [Fact]
    public void It_makes_no_new_cluster_over_backups()
    {
        _node.SetFake("info", """[{"backup":[{"label":"20261122-140000F"}]}]""");
        Refused("run Restore instead");
    }

    [Fact]
    public void It_makes_no_cluster_among_foreign_files()
    {
        Directory.CreateDirectory(_node.Data);
        File.WriteAllText(Path.Combine(_node.Data, "photo.jpg"), "");
        Refused("holds files but no PostgreSQL cluster");
    }

    [Fact]
    public void It_does_not_start_another_version()
    {
        _node.HasCluster(version: "14");
        Refused("cluster of PostgreSQL 14, the configuration says 15");
    }

    private void Refused(string reason)
    {
        var said = _node.Run("serve.sh", []);
        said.Code.ShouldBe(3);
        said.Error.ShouldContain(reason);
        _node.Fake("started").ShouldBeEmpty();
    }
}
