using Shouldly;
using Xunit;

namespace Tests.Scripts;

public sealed class LibTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void State_is_put_and_got()
    {
        var said = _node.Shell(
            """
            make_folders
            state_put id=1 'set=20261122-140000F' phase=copying
            state_put phase=swapping 'operator=ann=x y'
            printf '%s|' "$(state_get id)" "$(state_get set)" "$(state_get phase)" "$(state_get operator)" "$(state_get none)"
            """);
        said.Output.ShouldBe("1|20261122-140000F|swapping|ann=x y||");
        said.Code.ShouldBe(0);
    }

    [Fact]
    public void No_state_reads_as_empty() => _node.Shell("printf '<%s>' \"$(state_get phase)\"").Output.ShouldBe("<>");

    [Fact]
    public void The_environment_of_the_agent_does_not_leak_in()
    {
        File.WriteAllText(_node.At("task", "probe.sh"), ". \"$NOMAD_TASK_DIR/lib.sh\"\nprintf '%s' \"${PGHOST-unset} ${PGN_STANZA}\"\n");
        _node.Run("probe.sh", [], ("PGHOST", "elsewhere")).Output.ShouldBe("unset db");
    }

    [Fact]
    public void A_second_holder_of_the_data_is_told()
    {
        var said = _node.Shell(
            """
            make_folders
            exec 8>"$PGN_STATE/data.lock"; flock 8
            hold_data 0
            """);
        said.Code.ShouldBe(4);
        said.Error.ShouldContain("another server or restore holds");
    }

    [Theory]
    [InlineData("archiving", 3), InlineData("copying", 3), InlineData("swapping", 3), InlineData("restored", 3), InlineData("started", 0)]
    public void There_is_no_backup_while_a_restore_is_under_way(string phase, int code)
    {
        _node.HasRestore(("id", "1"), ("phase", phase));
        _node.Shell("refuse_during_restore").Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("13"), InlineData("15"), InlineData("16"), InlineData("17"), InlineData("18")]
    public void A_session_of_the_node_and_one_of_the_runbook_have_the_same_options(string version)
    {
        using var node = new Node();
        node.HasFile("lib-options.sh", ". \"$NOMAD_TASK_DIR/lib.sh\"; printf '%s' \"$session_options\"");
        var said = node.Run("lib-options.sh", [], ("PGN_VERSION", version));
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldBe(Runbook.Cluster.SessionOptions.Own(int.Parse(version, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("app"), InlineData("app.new"), InlineData("a/b"), InlineData("Größe 5%"), InlineData("-n"), InlineData(".."), InlineData("a\\x41")]
    public void A_file_is_named_after_a_role_as_the_runbook_names_it_and_back(string role)
    {
        using var node = new Node();
        node.HasFile("role", role);
        var said = node.Shell("role=$(cat \"$NOMAD_TASK_DIR/role\"); file=$(password_file \"$role\"); printf '%s\\n' \"${file##*/}\"; role_of \"$file\"");
        said.Output.ShouldBe($"{Runbook.Cluster.NodePasswords.FileOf(role)}\n{role}");
    }
}
