using Runbook.Cluster;
using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>What the node prints is what the runbook reads.</summary>
public sealed class OperateTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Facts_of_a_volume_are_understood()
    {
        _node.HasCluster();
        File.WriteAllText(Path.Combine(_node.Data, "pg_wal", "archive_status", "000000010000000000000007.ready"), "");
        Directory.CreateDirectory(_node.Data + ".kept-r0");
        Directory.CreateDirectory(_node.Data + ".restore-r1");
        _node.HasRestore(("id", "r1"), ("set", "20261122-140000F"), ("target", "latest"), ("phase", "copying"), ("operator", "ann@desk"));
        _node.SetFake("info", "WARN: something beside it\n[{\"name\":\"db\",\"status\":{\"code\":2,\"message\":\"no valid backups\"},\"repo\":[{\"cipher\":\"none\",\"key\":1,\"status\":{\"code\":2,\"message\":\"no valid backups\"}}]}]\n");

        var said = Operate("facts");
        said.Code.ShouldBe(0, said.Error);
        var facts = NodeFacts.Parse(said.Output, "db");

        (facts.DataPresent, facts.DataVersion, facts.SystemIdentifier, facts.ControlState, facts.UnarchivedWal)
            .ShouldBe((true, "15", "7711027602855647948", "shut down", 1));
        (facts.DiskFree > 0, facts.DataBytes > 0, facts.PgbackrestVersion, facts.Recovering).ShouldBe((true, true, "2.45", null));
        facts.Kept.ShouldHaveSingleItem().Path.ShouldBe(_node.Data + ".kept-r0");
        (facts.Restore!.Id, facts.Restore.Phase, facts.Restore.Target, facts.Restore.BytesCopied > 0).ShouldBe(("r1", "copying", "latest", true));
        facts.Repository!.Message.ShouldBe("no valid backups");
    }

    [Fact]
    public void A_restore_took_as_long_as_it_worked_and_one_that_was_interrupted_does_not_tell()
    {
        _node.HasCluster();
        var records = Directory.CreateDirectory(Path.Combine(_node.State, "restores")).FullName;
        void Record(string id, int minute, params string[] more)
        {
            File.WriteAllLines(Path.Combine(records, id), ["source=repository", "bytes=500000000", "started=2026-11-22T14:00:00Z", "finished=2026-11-22T14:10:55Z", .. more]);
            File.SetLastWriteTimeUtc(Path.Combine(records, id), new DateTime(2026, 11, 22, 15, minute, 0, DateTimeKind.Utc));
        }
        Record("r0", 0);
        NodeFacts.Parse(Operate("facts").Output, "db").LastRestore.ShouldBeNull("it may have been paused for most of that");
        Record("r1", 1, "worked=6");
        Record("r2", 2, "worked=2", "resumed=true");
        NodeFacts.Parse(Operate("facts").Output, "db").LastRestore.ShouldBe(new LastRestore(TimeSpan.FromSeconds(6), 500_000_000));
    }

    [Fact]
    public void What_is_linked_to_counts()
    {
        _node.HasCluster();
        LinkedWal(_node.Data + ".kept-r0", 4_000_000);
        LinkedWal(_node.Data, 3_000_000);
        var facts = NodeFacts.Parse(Operate("facts").Output, "db");
        (facts.DataBytes > 3_000_000, facts.WalBytes > 3_000_000, facts.Kept.ShouldHaveSingleItem().Bytes > 4_000_000).ShouldBe((true, true, true));
    }

    private void LinkedWal(string directory, int bytes)
    {
        var place = Directory.CreateDirectory(_node.At("elsewhere", Path.GetFileName(directory))).FullName;
        File.WriteAllBytes(Path.Combine(place, "000000010000000000000007"), new byte[bytes]);
        Directory.CreateDirectory(directory);
        if (Directory.Exists(Path.Combine(directory, "pg_wal")))
            Directory.Delete(Path.Combine(directory, "pg_wal"), recursive: true);
        File.CreateSymbolicLink(Path.Combine(directory, "pg_wal"), place);
    }

    [Fact]
    public void Facts_of_an_empty_volume_are_understood()
    {
        var facts = NodeFacts.Parse(Operate("facts").Output, "db");
        (facts.DataPresent, facts.Restore).ShouldBe((false, null));
        facts.Kept.ShouldBeEmpty();
    }

    [Fact]
    public void A_damaged_control_file_says_nothing_of_the_cluster()
    {
        Directory.CreateDirectory(Path.Combine(_node.Data, "global"));
        File.WriteAllText(Path.Combine(_node.Data, "PG_VERSION"), "15\n");
        File.WriteAllText(Path.Combine(_node.Data, "global", "pg_control"), "damaged\n");
        var facts = NodeFacts.Parse(Operate("facts").Output, "db");
        (facts.DataPresent, facts.SystemIdentifier, facts.ControlState, facts.Timeline).ShouldBe((true, "", "", 0u));
        _node.Run("operate.sh", [], ("NOMAD_META_operation", "archive"), ("NOMAD_META_argument", "15-1 00000000")).Output.ShouldNotContain("control.walsegment");
    }

    [Fact]
    public void An_answer_with_bytes_that_could_not_be_decrypted_is_understood()
    {
        _node.SetFake("info", "WARN: x\n[{\"name\":\"db\",\"status\":{\"code\":99},\"repo\":[{\"cipher\":\"none\",\"key\":1,\"status\":{\"code\":99,\"message\":\"[CryptoError] \u0002\u001b[2J\u00ff\"}}]}]\n");
        NodeFacts.Parse(Operate("facts").Output, "db").RepositoryError.ShouldBe("[CryptoError] ??[2J??");
    }

    [Theory]
    [InlineData("r1", "started", 0, false), InlineData("r2", "started", 3, true), InlineData("r1", "restored", 3, true), InlineData("r1", "copying", 3, true)]
    public void Only_the_restore_under_way_is_finished(string id, string phase, int code, bool stays)
    {
        _node.HasRestore(("id", "r1"), ("phase", phase));
        Operate("finish", id).Code.ShouldBe(code);
        (_node.Restore().Count > 0).ShouldBe(stays);
    }

    [Fact]
    public void No_backup_is_taken_during_a_restore()
    {
        _node.HasRestore(("id", "r1"), ("phase", "restored"));
        var said = Operate("backup", "full");
        said.Code.ShouldBe(3);
        said.Error.ShouldContain("no backup before Revert");
        _node.Fake("calls").ShouldBeEmpty();
    }

    [Fact]
    public void A_pause_stands_on_the_volume_until_it_is_resumed()
    {
        Operate("pause", "2026-11-22T12:00:00Z ann@desk moving the array's disks: $(reboot) \"quoted\"").Code.ShouldBe(0);
        NodeFacts.Parse(Operate("facts").Output, "db").Paused.ShouldBe(
            new SchedulePause(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), "ann@desk", "moving the array's disks: $(reboot) \"quoted\""));

        // Said again, the last word counts.
        Operate("pause", "2026-11-22T13:00:00Z bob@desk other reason").Code.ShouldBe(0);
        NodeFacts.Parse(Operate("facts").Output, "db").Paused!.Reason.ShouldBe("other reason");

        Operate("resume").Code.ShouldBe(0);
        NodeFacts.Parse(Operate("facts").Output, "db").Paused.ShouldBeNull();
        Operate("resume").Code.ShouldBe(0);
    }

    [Fact]
    public void A_pause_without_a_reason_is_wrong_use()
    {
        Operate("pause", "2026-11-22T12:00:00Z ann@desk ").Code.ShouldBe(2);
        NodeFacts.Parse(Operate("facts").Output, "db").Paused.ShouldBeNull();
    }

    [Fact]
    public void A_secret_arrives_whole_and_for_its_owner_alone()
    {
        var said = _node.Shell(
            """
            make_folders
            . "$NOMAD_TASK_DIR/operate.sh"
            operate receive f1/passwords/app <<'END'
            s3cret '$x"
            END
            [ ! -e "$secrets/passwords/app" ] || echo early
            operate receive f1/fingerprint <<<f1
            operate await-secrets f1
            ls "$secrets"
            """);
        said.Output.ShouldBe("fingerprint\npasswords\npgbackrest.d\ntls\n");
        said.Code.ShouldBe(0, said.Error);
        var file = Path.Combine(_node.State, "secrets", "passwords", "app");
        File.ReadAllText(file).ShouldBe("s3cret '$x\"");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (said.Output + said.Error).ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("main.runbook/secrets", "755"), InlineData("main.runbook/secrets/pgbackrest.d", "750"), InlineData("main.runbook/secrets/pgbackrest.d/repository.conf", "644")]
    public void Nothing_is_done_with_secrets_that_others_could_read(string path, string mode)
    {
        _node.Shell("make_folders; echo key >\"$secrets/pgbackrest.d/repository.conf\"").Code.ShouldBe(0);
        Operate("backup", "full").Code.ShouldBe(0);
        var open = _node.At("volume/15", path);
        File.SetUnixFileMode(open, (UnixFileMode)Convert.ToInt32(mode, 8));
        var calls = _node.Fake("calls");

        var said = Operate("backup", "full");
        said.Code.ShouldBe(3);
        said.Error.ShouldContain($"others on this node may read {open} (mode {mode}): chmod -R go= {_node.State}/secrets");
        _node.Fake("calls").ShouldBe(calls, "pgBackRest was not called");
        NodeFacts.Parse(Operate("facts").Output, "db").RepositoryError.ShouldContain("others on this node may read");
        var delivered = _node.Shell(". \"$NOMAD_TASK_DIR/operate.sh\"; operate receive f1/passwords/app <<<s3cret");
        delivered.Code.ShouldBe(3);
        Directory.Exists(Path.Combine(_node.State, "secrets", "new-f1")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("new", true), InlineData("new old", false), InlineData("old", false), InlineData("", false)]
    public void Secrets_that_a_repository_refuses_do_not_take_the_place_of_those_it_takes(string dead, bool refused)
    {
        _node.Shell("make_folders; echo old >\"$secrets/pgbackrest.d/repository.conf\"; echo f0 >\"$secrets/fingerprint\"").Code.ShouldBe(0);
        _node.SetFake("dead-with", dead);

        var said = _node.Shell(
            """
            . "$NOMAD_TASK_DIR/operate.sh"
            operate receive f1/pgbackrest.d/repository.conf <<<new
            operate receive f1/fingerprint <<<f1
            operate await-secrets f1
            """);

        said.Code.ShouldBe(refused ? 3 : 0, said.Error);
        File.ReadAllText(Path.Combine(_node.State, "secrets", "pgbackrest.d", "repository.conf")).Trim().ShouldBe(refused ? "old" : "new");
        File.ReadAllText(Path.Combine(_node.State, "secrets", "fingerprint")).Trim().ShouldBe(refused ? "f0" : "f1");
        said.Output.Contains("fact secrets.refused 1 [ProtocolError] no\\nmore").ShouldBe(refused);
        Directory.GetDirectories(Path.Combine(_node.State, "secrets"), "new-*").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("repo1-s3-key=AK\nrepo1-s3-key-secret=x\n[main]\nrepo1-host=h\ncmd-ssh=/tmp/x.sh", true)]
    [InlineData("repo1-s3-key=AK\nrepo1-s3-key=other", true), InlineData("repo1-path=/elsewhere", true)]
    [InlineData("repo1-s3-key=A=K[\n\nrepo2-cipher-pass=b c\nrepo2-azure-key=k", false)]
    public void A_value_of_Nomad_sets_no_other_option(string lines, bool refused)
    {
        Directory.CreateDirectory(_node.At("secrets"));
        File.WriteAllText(_node.At("secrets/pgbackrest-secrets.conf"), $"[global]\n{lines}\n");
        var calls = _node.Fake("calls");
        var said = Operate("backup", "full");
        said.Code.ShouldBe(refused ? 3 : 0, said.Error);
        if (!refused)
            return;
        said.Error.ShouldContain("has several lines");
        _node.Fake("calls").ShouldBe(calls, "pgBackRest was not called");
        // The server's own archiving is without it, too.
        _node.Shell("echo \"$PGBACKREST_CONFIG_INCLUDE_PATH\"").Output.Trim().ShouldEndWith("/secrets/pgbackrest.d");
    }

    // Who may dispatch the job, and nothing else, must not take the keys away.
    [Fact]
    public void Keys_without_which_a_repository_cannot_be_read_stay()
    {
        _node.Shell("make_folders; echo old >\"$secrets/pgbackrest.d/repository.conf\"; echo f0 >\"$secrets/fingerprint\"; mkdir \"$secrets/new-f1\"").Code.ShouldBe(0);
        _node.SetFake("dead-without", "1");
        var said = _node.Shell(". \"$NOMAD_TASK_DIR/operate.sh\"; operate await-secrets none");
        said.Code.ShouldBe(3, said.Error);
        said.Output.ShouldContain("fact secrets.refused 1 ERROR: [031]");
        File.ReadAllText(Path.Combine(_node.State, "secrets", "pgbackrest.d", "repository.conf")).Trim().ShouldBe("old");
        Directory.Exists(Path.Combine(_node.State, "secrets", "new-f1")).ShouldBeTrue("another delivery may be on its way");
    }

    [Fact]
    public void Keys_that_come_from_elsewhere_now_are_taken_away()
    {
        _node.Shell("make_folders; echo old >\"$secrets/pgbackrest.d/repository.conf\"; echo f0 >\"$secrets/fingerprint\"; echo p >\"$secrets/passwords/app\"").Code.ShouldBe(0);
        _node.Shell(". \"$NOMAD_TASK_DIR/operate.sh\"; operate await-secrets none").Code.ShouldBe(0);
        Directory.GetFiles(Path.Combine(_node.State, "secrets"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["app"]);
    }

    [Fact]
    public void Passwords_are_told_beside_a_task_and_never_in_a_job()
    {
        _node.Shell(
            """
            make_folders
            printf 'Zone $x"' >"$secrets/passwords/one"
            printf 'Ztwo' >"$secrets/passwords/two of ß"
            printf 'Zhalf' >"$secrets/passwords/three.new"
            """).Code.ShouldBe(0);
        var said = _node.Shell(". \"$NOMAD_TASK_DIR/operate.sh\"; operate passwords ''");
        said.Code.ShouldBe(0, said.Error);
        NodePasswords.Parse(said.Output).OrderBy(p => p.Key).Select(p => (p.Key, p.Value)).ShouldBe([("one", "Zone $x\""), ("two of ß", "Ztwo")]);

        var job = Operate("passwords");
        (job.Code, job.Output).ShouldBe((3, ""));
    }

    [Fact]
    public void The_archive_is_told_for_each_repository_and_one_that_does_not_answer_says_so()
    {
        const string hash = "-0123456789abcdef0123456789abcdef01234567.zst";
        foreach (var (folder, segment) in new[] { ("0000000100000000", "000000010000000000000004"), ("0000000100000001", "000000010000000100000002") })
        {
            Directory.CreateDirectory(_node.At("fake", "repo1", "archive", "db", "15-1", folder));
            File.WriteAllText(_node.At("fake", "repo1", "archive", "db", "15-1", folder, segment + hash), "");
        }
        var said = _node.Run("operate.sh", [], ("NOMAD_META_operation", "archive"), ("NOMAD_META_argument", "15-1 00000001"), ("PGN_REPOSITORIES", "1 2"));
        said.Code.ShouldBe(0, said.Error);
        var (first, second) = (ArchiveFacts.Parse(said.Output, 1), ArchiveFacts.Parse(said.Output, 2));
        (first.Archived.Keys.Single(), first.Bytes, first.IsIncomplete).ShouldBe(("000000010000000100000002", 5, false));
        (second.Archived.Count, second.IsIncomplete).ShouldBe((0, true));
    }

    [Fact]
    public void Reading_a_repository_ends_with_its_reader()
    {
        _node.SetFake("verify", "stanza: db\nstatus: ok\n");
        var said = Operate("verify", "2");
        (said.Code, VerifyVerdict.Parse(said.Output).Ok).ShouldBe((0, true));
        _node.Fake("calls").ShouldContain("--stanza=db verify --repo=2 --output=text --verbose --log-level-console=info");
        _node.SetFake("verify-codes", "41\n");
        Operate("verify", "2").Code.ShouldBe(41);
    }

    [Theory]
    [InlineData("preview 1", "expire --repo=1 --log-level-console=info --dry-run")]
    [InlineData("preview 2 20261120-120000F", "expire --repo=2 --log-level-console=info --set=20261120-120000F --dry-run")]
    [InlineData("run 1 20261120-120000F", "expire --repo=1 --log-level-console=info --set=20261120-120000F")]
    public void Expiring_is_looked_at_or_done(string argument, string call)
    {
        Operate("expire", argument).Code.ShouldBe(0);
        _node.Fake("calls").Trim().ShouldEndWith(call);
    }

    [Fact]
    public void Nothing_is_expired_during_a_restore()
    {
        _node.HasRestore(("id", "r1"), ("phase", "restored"));
        var said = Operate("expire", "run 1");
        (said.Code, said.Error.Contains("nothing is expired before Revert", StringComparison.Ordinal)).ShouldBe((3, true));
        Operate("expire", "preview 1").Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("receive", "x/../../../main/PG_VERSION"), InlineData("receive", "f1/fingerprint"), InlineData("look", "x/../../../main")]
    [InlineData("await-secrets", "x/../../../main"), InlineData("await-secrets", ""), InlineData("discard", "../main"), InlineData("discard", "")]
    [InlineData("cancel", ""), InlineData("finish", ""), InlineData("accept", "r1\nphase=restored"), InlineData("pause", "2026-11-22T12:00:00Z ann x\nsince=1")]
    [InlineData("switch", "r1 a[$(touch${IFS}$FAKE/pwned)]"), InlineData("backup", "full *"), InlineData("backup", "--delta"), InlineData("verify", "1 --x")]
    [InlineData("expire", "run 1 ../x"), InlineData("expire", "run *"), InlineData("probe", "../x y"), InlineData("archive", "../x 0"), InlineData("archive", "15-1 x")]
    [InlineData("lastcommit", "- ../../x"), InlineData("passwords", "")]
    public void What_a_dispatch_brings_is_checked_before_it_does_anything(string operation, string argument)
    {
        _node.HasCluster();
        _node.HasRestore(("id", "r1"), ("phase", "ready"), ("strategy", "online"));
        var before = Files();

        var said = Operate(operation, argument);

        said.Code.ShouldBeOneOf(2, 3);
        said.Error.ShouldStartWith("error: ");
        Files().ShouldBe(before);
        _node.Fake("calls").ShouldBeEmpty();
        File.Exists(_node.At("fake", "pwned")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("operator", "ann\nphase=restored"), InlineData("value", "a\tb"), InlineData("expect", "0/a[$(touch${IFS}$FAKE/pwned)]")]
    [InlineData("timeline", "../1"), InlineData("source", "../x"), InlineData("pause", "a b")]
    public void What_a_dispatched_restore_brings_is_checked_before_it_does_anything(string name, string value)
    {
        _node.HasCluster();
        var before = Files();
        _node.RestoreOf("r1", "20261122-140000F", "latest", (name, value)).Code.ShouldBe(2);
        Files().ShouldBe(before);
        File.Exists(_node.At("fake", "pwned")).ShouldBeFalse();
    }

    [Fact]
    public void A_secret_is_not_written_outside_of_its_delivery()
    {
        _node.HasCluster();
        foreach (var name in (string[])["x/../../../main/PG_VERSION", "f1/../x", "/etc/x", "f1/passwords/a b", ""])
            _node.Shell($". \"$NOMAD_TASK_DIR/operate.sh\"; operate receive '{name}' <<<x").Code.ShouldBe(2);
        File.ReadAllText(Path.Combine(_node.Data, "PG_VERSION")).ShouldBe("15\n");
    }

    // What is in the data directory and in the state, but for folders that every task makes.
    private List<string> Files() =>
    [
        .. Directory.GetFiles(_node.At("volume"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).Select(f => $"{f} {File.ReadAllText(f)}"),
    ];

    [Fact]
    public void An_unknown_operation_is_wrong_use() => Operate("dance").Code.ShouldBe(2);

    private Said Operate(string operation, string argument = "") => _node.Run(
        "operate.sh", [], ("NOMAD_META_operation", operation), ("NOMAD_META_argument", argument));
}
