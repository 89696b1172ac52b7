using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Scripts;

/// <summary>Settings that need no restart, against a real server: a wrong one locks nobody out, and a corrected one always gets through.</summary>
public sealed class DeliverTests(EmptyCluster empty) : IClassFixture<EmptyCluster>, IDisposable
{
    private readonly RealServer _server = new(empty);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void What_would_lock_everybody_out_is_refused_before_it_takes_any_place()
    {
        (string Reload, string Hba, string Reason)[] wrong =
        [
            ("ssl = on\n", "", "no server would start with them: could not load server certificate file \""),
            ("session_preload_libraries = 'nosuch'\n", "", "no client could connect with them: "),
            ("local_preload_libraries = 'nosuch'\n", "", "no client could connect with them: "),
            ("work_mem = 'lots'\n", "", "reload.conf, line 1: work_mem: "),
            ("work_mem = 4MB\nwork mem\n", "", "reload.conf, line 2"),
            ("work_mem = 4MB\n", "local all all nonsense\n", "pg_hba.conf, line 2: "),
        ];
        Well(_server.Init());
        foreach (var (reload, hba, reason) in wrong)
        {
            _server.Conf(reload, "local all postgres peer map=operator\n" + hba);
            var said = _server.Init();
            said.Code.ShouldBe(1);
            said.Error.ShouldContain("error: the server refuses the new settings, the old ones stay: ");
            said.Error.ShouldContain(reason);
            _server.Sql("show work_mem").ShouldBe("4MB");
        }
        _server.Stop();
        _server.Start();
        _server.Sql("show work_mem").ShouldBe("4MB");
        Directory.GetFileSystemEntries(_server.Node.At("task"), "trial*").ShouldBeEmpty();
        Directory.GetFileSystemEntries(_server.Node.At("socket"), "try-*").ShouldBeEmpty();
    }

    [Fact]
    public void A_certificate_in_the_data_directory_is_found_by_the_trial()
    {
        _server.Node.Shell("cd \"$PGN_DATA\" && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout server.key -out server.crt 2>/dev/null").Code.ShouldBe(0);
        _server.Conf("ssl = on\n");
        Well(_server.Init());
        _server.Sql("show ssl").ShouldBe("on");
    }

    [Fact]
    public void A_server_that_does_not_run_gets_the_corrected_files_for_its_start()
    {
        Well(_server.Init());
        // As an earlier runbook has delivered it, or as it is once a certificate is gone.
        File.WriteAllText(Path.Combine(_server.Node.State, "conf", "reload.conf"), "ssl = on\n");
        _server.Stop();
        _server.TryStart().Code.ShouldNotBe(0);
        _server.Conf("work_mem = '5MB'\n");

        var said = _server.Init("files");

        Well(said);
        said.Output.ShouldContain("in place for the next start of the server");
        _server.Start();
        _server.Sql("show work_mem").ShouldBe("5MB");
    }

    [Fact]
    public void What_is_delivered_is_recognised_by_the_runbook()
    {
        var settings = Tests.Cluster.Given.Settings with { Postgres = new() { Version = 15, Settings = new Dictionary<string, string> { ["work_mem"] = "9MB" } } };
        var job = new Runbook.Render.JobRenderer(Repository.PathOf("templates")).Render(settings).First(j => j.Role == Runbook.Settings.JobRole.PostgresInit);
        _server.Conf(Heredoc(job.Text, "reload.conf"), Heredoc(job.Text, "pg_hba.conf"));
        Well(_server.Init("conf"));
        var facts = _server.Node.Run("operate.sh", [], ("NOMAD_META_operation", "facts"));
        Runbook.Cluster.NodeFacts.Parse(facts.Output, "db").ConfSum.ShouldBe(job.Delivers);
    }

    // The content as Nomad writes it.
    private static string Heredoc(string job, string name)
    {
        var from = job.IndexOf("<<EOT\n", job.IndexOf($"\"local/{name}\"", StringComparison.Ordinal), StringComparison.Ordinal) + 6;
        return job[from..(job.IndexOf("\nEOT\n", from, StringComparison.Ordinal) + 1)];
    }

    [Fact]
    public void A_running_server_that_lets_no_client_in_takes_the_corrected_settings()
    {
        Well(_server.Init());
        File.WriteAllText(Path.Combine(_server.Node.State, "conf", "reload.conf"), "session_preload_libraries = 'nosuch'\n");
        Well(_server.Node.Shell("\"$PGN_BIN/pg_ctl\" reload -D \"$PGN_DATA\" -s; sleep 1"));
        _server.TrySql("select 1").Code.ShouldNotBe(0);
        _server.Conf("work_mem = '5MB'\n");
        Well(_server.Init());
        _server.Sql("show work_mem").ShouldBe("5MB");
    }

    [Theory]
    [InlineData("standby"), InlineData("ANY 2 (one, two)")]
    public void Standbys_that_every_commit_would_wait_for_are_named_and_nothing_hangs(string names)
    {
        Well(_server.Init());
        _server.Databases("app\tapp\ttrue\t-");
        _server.Conf($"synchronous_standby_names = '{names}'\n");
        var said = _server.Init();
        said.Code.ShouldBe(1);
        said.Error.ShouldContain($"commits wait for {(names.StartsWith("ANY", StringComparison.Ordinal) ? 2 : 1)} synchronous standbys (synchronous_standby_names = '{names}'), and 0 are connected");
        _server.Sql("show synchronous_standby_names").ShouldBeEmpty();

        // Set by somebody else: what is ours is done, and it is said.
        _server.Sql($"alter system set synchronous_standby_names = '{names}'");
        _server.Conf("work_mem = '4MB'\n");
        said = _server.Init();
        Well(said);
        said.Output.ShouldContain($"warning: commits wait for ");
        _server.Sql("select count(*) from pg_database where datname = 'app'").ShouldBe("1");
    }

    private static void Well(Said said) => said.Code.ShouldBe(0, said.Output + said.Error);
}
