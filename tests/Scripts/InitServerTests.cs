using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>The job of the databases against a real server: what applications own does not decide what it does.</summary>
public sealed class InitServerTests : IDisposable
{
    private readonly RealServer _server = new();

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

    [Theory]
    [InlineData("local_preload_libraries = 'nosuch'"), InlineData("role = app"), InlineData("default_transaction_read_only = on")]
    [InlineData("statement_timeout = 1"), InlineData("default_transaction_isolation = serializable"), InlineData("search_path = nowhere")]
    [InlineData("client_encoding = 'LATIN1'")]
    public void What_the_owner_of_a_database_sets_there_stops_nothing(string setting)
    {
        _server.Databases("app\tapp\ttrue\t-");
        Well(_server.Init());
        _server.Sql($"alter database app set {setting}", "app", "app");
        Well(_server.Init());
        var opened = _server.Node.Shell("ask \"$PGN_SOCKET\" \"select current_user || ' ' || current_setting('search_path')\" app");
        (opened.Output, opened.Error).ShouldBe(("postgres pg_catalog\n", ""));
    }

    [Theory]
    [InlineData("x'; touch /tmp/pwned; '"), InlineData("../../../main/x"), InlineData("a/b"), InlineData("-c select 1"), InlineData("\"; drop role app; --")]
    [InlineData("host=elsewhere port=1"), InlineData("postgresql://elsewhere/"), InlineData("$(touch /tmp/pwned)"), InlineData("%s %41"), InlineData("Größe"), InlineData("a\\b :role")]
    public void Any_name_is_a_name(string name)
    {
        _server.Databases($"{name}\t{name}\ttrue\t-");
        Well(_server.Init());

        _server.Sql("select datname || ' ' || rolname from pg_database d join pg_roles r on d.datdba = r.oid where datname not like 'template_' and datname <> 'postgres'")
            .ShouldBe($"{name} {name}");
        _server.Sql("select current_database()", name, name).ShouldBe(name);
        File.Exists("/tmp/pwned").ShouldBeFalse();
        Directory.GetFiles(_server.Node.Data, "x*").ShouldBeEmpty();
        Passwords().Keys.Order().ShouldBe(new[] { "postgres", name }.Order());
    }

    [Fact]
    public void Each_role_keeps_its_own_password_whatever_the_names_are()
    {
        _server.Databases("app.new\tapp.new\ttrue\t-", "app\tapp\ttrue\t-", "app%2Enew\tapp%2Enew\ttrue\t-");
        Well(_server.Init());
        var first = Passwords();
        first.Values.Distinct().Count().ShouldBe(4);
        Well(_server.Init());
        Passwords().ShouldBe(first);
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
        return Runbook.Facts.NodePasswords.Parse(said.Output);
    }

    private static void Well(Said said) => said.Code.ShouldBe(0, said.Output + said.Error);
}
