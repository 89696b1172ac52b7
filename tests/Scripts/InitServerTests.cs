using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>The job of the databases against a real server: what applications own does not decide what it does.</summary>
public sealed class InitServerTests(EmptyCluster empty) : IClassFixture<EmptyCluster>, IDisposable
{
    private readonly RealServer _server = new(empty);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_function_that_an_application_puts_before_PostgreSQLs_own_is_not_called_as_the_superuser()
    {
        _server.Databases("app\tapp\ttrue\t-");
        Well(_server.Init());
        _server.Sql(
            """
            create function public.format(text, text) returns text language plpgsql as $$
            begin alter role app superuser; return 'select 1'; end $$;
            create schema app;
            create function app.format(text, text) returns text language sql as $$ select public.format($1, $2) $$;
            alter database app set search_path = app, public;
            """, "app", "app");

        Well(_server.Init());

        _server.Sql("select rolsuper from pg_roles where rolname = 'app'").ShouldBe("f");
    }

    [Fact]
    public void What_the_owner_of_a_database_sets_there_stops_nothing()
    {
        _server.Databases("app\tapp\ttrue\t-");
        Well(_server.Init());
        string[] settings =
        [
            "local_preload_libraries = 'nosuch'", "role = app", "default_transaction_read_only = on", "statement_timeout = 1",
            "default_transaction_isolation = serializable", "search_path = nowhere", "client_encoding = 'LATIN1'",
        ];
        _server.Sql(string.Concat(settings.Select(s => $"alter database app set {s};\n")), "app", "app");
        _server.TrySql("select 1", "app", "app").Code.ShouldNotBe(0);
        Well(_server.Init());
        var opened = _server.Node.Shell("ask \"$PGN_SOCKET\" \"select current_user || ' ' || current_setting('search_path')\" app");
        (opened.Output, opened.Error).ShouldBe(("postgres pg_catalog\n", ""));
    }

    [Fact]
    public void A_database_that_cannot_be_readied_keeps_none_of_the_others_waiting()
    {
        _server.Databases("shut\tapp\ttrue\t-", "bare\tapp\ttrue\t-");
        Well(_server.Init());
        _server.Sql("alter database shut allow_connections false; alter role app rename to former;");
        _server.Sql("drop schema public", database: "bare");
        _server.Databases("shut\tformer\tfalse\t-", "gone\tnobody\tfalse\t-", "bare\tformer\tfalse\t-", "new\tformer\tfalse\t-");
        var said = _server.Init();
        said.Code.ShouldBe(1);
        said.Error.ShouldContain("cannot create database gone");
        said.Error.ShouldContain("error: 1 of the databases could not be readied; the initialisation script was not run");
        said.Output.ShouldContain("database shut, owner former: takes no connections");
        said.Output.ShouldContain("database bare, owner former: ready");
        said.Output.ShouldContain("database new, owner former: ready");
        _server.Databases("shut\tformer\tfalse\t-", "new\tformer\tfalse\t-");
        Well(_server.Init());
    }

    // A shell's substitution takes line feeds away from the end: another database would be asked.
    [Fact]
    public void A_name_that_ends_with_a_line_feed_is_that_one()
    {
        _server.Sql("create database x");
        _server.Sql("""select format('create database %I', E'x\n') \gexec""");
        _server.Sql("alter database x allow_connections false");
        var noted = _server.Node.Shell(". \"$NOMAD_TASK_DIR/operate.sh\"; make_folders; note_databases; grep -cx 780a \"$PGN_STATE/databases\"");
        noted.Output.ShouldBe("1\n", noted.Error);
    }

    [Fact]
    public void Any_name_is_a_name()
    {
        string[] names =
        [
            "x'; touch /tmp/pwned; '", "../../../main/x", "a/b", "-c select 1", "\"; drop role app; --", "host=elsewhere port=1", "postgresql://elsewhere/",
            "$(touch /tmp/pwned)", "%s %41", "Größe", "a\\b :role", "app.new", "app", "app%2Enew",
        ];
        _server.Databases([.. names.Select(name => $"{name}\t{name}\ttrue\t-")]);
        Well(_server.Init());

        _server.Sql("select string_agg(datname || ' ' || rolname, '|') from pg_database d join pg_roles r on d.datdba = r.oid where datname not like 'template_' and datname <> 'postgres'")
            .Split('|').Order().ShouldBe(names.Select(n => $"{n} {n}").Order());
        File.Exists("/tmp/pwned").ShouldBeFalse();
        Directory.GetFiles(_server.Node.Data, "x*").ShouldBeEmpty();

        var passwords = Passwords();
        passwords.Keys.Order().ShouldBe(names.Append("postgres").Order());
        passwords.Values.Distinct().Count().ShouldBe(names.Length + 1);
        Well(_server.Init());
        Passwords().ShouldBe(passwords);
    }

    [Fact]
    public void A_password_that_an_earlier_runbook_kept_under_the_roles_own_name_is_found()
    {
        File.WriteAllText(_server.Node.At(_server.Node.State, "secrets", "passwords", "my.role ß"), "Zold");
        File.SetUnixFileMode(_server.Node.At(_server.Node.State, "secrets", "passwords", "my.role ß"), (UnixFileMode)Convert.ToInt32("600", 8));
        Owned();
        Passwords()["my.role ß"].ShouldBe("Zold");
        _server.Databases("db\tmy.role ß\ttrue\t-");
        Well(_server.Init());
        Passwords()["my.role ß"].ShouldBe("Zold");
        File.Exists(_server.Node.At(_server.Node.State, "secrets", "passwords", "my%2Erole%20%C3%9F")).ShouldBeTrue();
    }

    private void Owned()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var owner = System.Diagnostics.Process.Start("chown", ["-R", "postgres:postgres", _server.Node.State]);
        owner.WaitForExit();
    }

    private IReadOnlyDictionary<string, string> Passwords()
    {
        var said = _server.Node.Shell(". \"$NOMAD_TASK_DIR/operate.sh\"; operate passwords ''");
        Well(said);
        return Runbook.Cluster.NodePasswords.Parse(said.Output);
    }

    private static void Well(Said said) => said.Code.ShouldBe(0, said.Output + said.Error);
}
