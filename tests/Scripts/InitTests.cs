using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>Passwords reach the server as they were meant, wherever they come from.</summary>
public sealed class InitTests : IDisposable
{
    private readonly Node _node = new();

    public InitTests()
    {
        _node.SetFake("serving", "");
        File.WriteAllText(_node.At("task", "databases.tsv"), "");
        Conf("work_mem = '4MB'\n", "local all all peer\n");
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("rendered", "rendered"), InlineData("rendered\n", "rendered"), InlineData(" with blanks \\n \n", @" with blanks \n ")]
    public void A_rendered_password_is_set_without_the_line_feed_at_its_end(string rendered, string password)
    {
        Render(rendered);
        var said = Init();
        said.Code.ShouldBe(0, said.Error);
        _node.Fake("passwords").ShouldBe($"\\password :\"role\"\n{password}\n{password}\n");
        File.ReadAllText(Path.Combine(_node.State, "init.fingerprint")).ShouldBe("f1");
    }

    // A key that the Nomad variable does not have is rendered as nothing.
    [Theory]
    [InlineData("", "is empty"), InlineData("\n", "is empty"), InlineData("one\ntwo\n", "has more than one line")]
    public void A_password_that_is_none_is_refused(string rendered, string reason)
    {
        Render(rendered);
        var said = Init();
        said.Code.ShouldNotBe(0);
        said.Error.ShouldContain("role postgres");
        said.Error.ShouldContain(reason);
        _node.Fake("passwords").ShouldBeEmpty();
    }

    [Fact]
    public void A_password_that_nobody_gives_is_generated_once()
    {
        Init().Code.ShouldBe(0);
        var first = _node.Fake("passwords").Split('\n')[1];
        first.Length.ShouldBe(20);
        Init().Code.ShouldBe(0);
        _node.Fake("passwords").Split('\n')[4].ShouldBe(first);
    }

    [Fact]
    public void Settings_and_who_may_connect_are_delivered_and_reloaded()
    {
        Init().Code.ShouldBe(0);
        Loaded().ShouldBe(("work_mem = '4MB'\n", "local all all peer\n"));
        Conf("work_mem = '8MB'\n", "local all all trust\n");
        Init().Code.ShouldBe(0);
        Loaded().ShouldBe(("work_mem = '8MB'\n", "local all all trust\n"));
        Directory.GetFiles(Path.Combine(_node.State, "conf")).Select(f => Path.GetFileName(f)).Order().ShouldBe(["pg_hba.conf", "reload.conf"]);
    }

    [Fact]
    public void What_the_server_refuses_is_taken_back_and_never_loaded()
    {
        Init().Code.ShouldBe(0);
        Conf("work_mem = 'lots'\n", "local all all trust\n");
        _node.SetFake("refusal", "reload.conf, line 2: work_mem: setting could not be applied\n");
        var said = Init();
        said.Code.ShouldBe(1);
        said.Error.ShouldContain("error: the server refuses the new settings, the old ones stay: reload.conf, line 2: work_mem: setting could not be applied");
        Loaded().ShouldBe(("work_mem = '4MB'\n", "local all all peer\n"));
        File.ReadAllText(Path.Combine(_node.State, "conf", "reload.conf")).ShouldBe("work_mem = '4MB'\n");
        File.ReadAllText(Path.Combine(_node.State, "conf", "pg_hba.conf")).ShouldBe("local all all peer\n");
    }

    [Fact]
    public void Settings_alone_leave_the_passwords_as_the_restored_data_has_them()
    {
        _node.Run("init.sh", [], ("NOMAD_META_fingerprint", "-"), ("NOMAD_META_only", "conf")).Code.ShouldBe(0);
        Loaded().Reload.ShouldBe("work_mem = '4MB'\n");
        _node.Fake("passwords").ShouldBeEmpty();
        File.Exists(Path.Combine(_node.State, "init.fingerprint")).ShouldBeFalse();
    }

    [Fact]
    public void A_server_that_reads_other_files_is_told_of()
    {
        _node.SetFake("hba-file", "/alloc/local/pg_hba.conf\n");
        Init().Error.ShouldContain("the server has not been started with");
    }

    [Fact, Thorough]
    public void Killed_before_any_of_its_renames_it_leaves_files_that_a_start_can_use_and_ends_well_when_it_is_run_again()
    {
        Init().Code.ShouldBe(0);
        var kills = 0;
        for (var call = 1; ; call++)
        {
            Conf($"work_mem = '{call}MB'\n", $"local all all peer # {call}\n");
            _node.KillAt(call);
            var killed = Init().Code == Said.Killed;
            _node.KillNoMore();
            if (!killed)
                break;
            kills++;
            // What the server does before it starts.
            _node.Shell("settle_conf").Code.ShouldBe(0);
            Directory.GetFiles(Path.Combine(_node.State, "conf"), "*.before").ShouldBeEmpty();
            File.ReadAllText(Path.Combine(_node.State, "conf", "reload.conf")).ShouldStartWith("work_mem = '");
            File.ReadAllText(Path.Combine(_node.State, "conf", "pg_hba.conf")).ShouldStartWith("local all all peer");
            Init().Code.ShouldBe(0);
            Loaded().Reload.ShouldBe($"work_mem = '{call}MB'\n");
        }
        kills.ShouldBeGreaterThan(3);
    }

    private void Conf(string reload, string hba)
    {
        File.WriteAllText(_node.At("task", "reload.conf"), reload);
        File.WriteAllText(_node.At("task", "pg_hba.conf"), hba);
    }

    private (string Reload, string Hba) Loaded() =>
        (File.ReadAllText(_node.At("fake", "loaded", "reload.conf")), File.ReadAllText(_node.At("fake", "loaded", "pg_hba.conf")));

    private void Render(string text)
    {
        Directory.CreateDirectory(_node.At("secrets"));
        File.WriteAllText(_node.At("secrets", "superuser.password"), text);
    }

    private Said Init() => _node.Run("init.sh", [], ("NOMAD_META_fingerprint", "f1"));
}
