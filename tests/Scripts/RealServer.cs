using Shouldly;

namespace Tests.Scripts;

/// <summary>A node whose server is a real PostgreSQL, started as the server's own task starts it.</summary>
internal sealed class RealServer : IDisposable
{
    internal static readonly string Programs = Path.GetDirectoryName(
        Directory.GetFiles("/usr/lib/postgresql", "initdb", SearchOption.AllDirectories).Max(StringComparer.Ordinal))!;

    public RealServer(EmptyCluster empty)
    {
        Node = new Node(Programs);
        Node.HasFile("postgresql.conf", $"""
            listen_addresses = ''
            port = 54321
            unix_socket_directories = '{Node.At("socket")}'
            shared_buffers = 16MB
            fsync = off
            include_if_exists = '{Node.State}/conf/reload.conf'

            """);
        var user = Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName;
        Node.HasFile("pg_ident.conf", $"operator root postgres\noperator {user} postgres\n");
        Node.HasFile("pg_hba.first.conf", "local all postgres peer map=operator\n");
        Conf("work_mem = '4MB'\n");
        Databases("");
        Must("""
            make_folders
            cp "$NOMAD_TASK_DIR/pg_hba.first.conf" "$conf/pg_hba.conf"
            cp -a "$1" "$PGN_DATA"
            """, empty.Path);
        Start();
    }

    public Node Node { get; }

    public void Start() => Must(StartLine);

    public Said TryStart() => Node.Shell(StartLine);

    public void Stop() => Must("\"$PGN_BIN/pg_ctl\" stop -D \"$PGN_DATA\" -m fast -w -t 60 -s");

    private const string StartLine =
        """
        "$PGN_BIN/pg_ctl" start -D "$PGN_DATA" -l "$PGN_LOG/server.log" -w -t 60 -s -o "-c config_file='$NOMAD_TASK_DIR/postgresql.conf' -c hba_file='$PGN_STATE/conf/pg_hba.conf' -c ident_file='$NOMAD_TASK_DIR/pg_ident.conf'"
        """;

    /// <summary>The rendered files.</summary>
    public void Conf(string reload, string hba = "local all postgres peer map=operator\nlocal all all trust\n")
    {
        Node.HasFile("reload.conf", reload);
        Node.HasFile("pg_hba.conf", hba);
    }

    public void Databases(params string[] lines) => Node.HasFile("databases.tsv", string.Concat(lines.Select(l => l + "\n")));

    public Said Init(string only = "") => Node.Run("init.sh", [], ("NOMAD_META_fingerprint", "f1"), ("NOMAD_META_only", only), ("PGN_STANDBY_LIMIT", "3"));

    /// <summary>A session as a client has it: with what the database, the role and the files say.</summary>
    public Said TrySql(string sql, string user = "postgres", string database = "postgres")
    {
        Node.HasFile("test.sql", sql + "\n");
        Node.HasFile("test.sh", """PGDATABASE=$2 "$PGN_BIN/psql" -XAtq -v ON_ERROR_STOP=1 -h "$PGN_SOCKET" -p "$PGN_PORT" -U "$1" -f "$NOMAD_TASK_DIR/test.sql" """);
        return Node.Run("test.sh", [user, database]);
    }

    public string Sql(string sql, string user = "postgres", string database = "postgres")
    {
        var said = TrySql(sql, user, database);
        said.Code.ShouldBe(0, said.Error);
        return said.Output.Trim();
    }

    public void Dispose()
    {
        Node.Shell("[ ! -e \"$PGN_DATA/postmaster.pid\" ] || \"$PGN_BIN/pg_ctl\" stop -D \"$PGN_DATA\" -m immediate -w -t 60 -s");
        Node.Dispose();
    }

    private void Must(string lines, params string[] arguments)
    {
        var said = Node.Shell(lines, arguments);
        said.Code.ShouldBe(0, said.Output + said.Error);
    }
}

/// <summary>An empty cluster to copy: making one takes seconds.</summary>
public sealed class EmptyCluster : IDisposable
{
    private readonly Node _node = new(RealServer.Programs);

    public EmptyCluster()
    {
        var said = _node.Shell("\"$PGN_BIN/initdb\" -D \"$PGN_DATA\" -U postgres -A peer -E UTF8 --locale=C -N >/dev/null");
        said.Code.ShouldBe(0, said.Output + said.Error);
    }

    public string Path => _node.Data;

    public void Dispose() => _node.Dispose();
}
