using System.Text.RegularExpressions;
using Shouldly;

namespace Tests.EndToEnd;

/// <summary>A cluster as the Terraform module that came before made it: its jobs, a data directory, the stanza db-primary.</summary>
internal sealed partial class OldModule(Checkout checkout)
{
    public const string Password = "Old0App0Password4711";

    private string _rendered = "";

    public string Data => Value("PGN_DATA");

    private string Folder => Path.Combine(checkout.Path, "old");

    /// <summary>Brings it up, with one full backup and a table of so many rows that a client has written.</summary>
    public async Task MakeAsync(int rows)
    {
        await checkout.Run(0, "RenderJobs");
        _rendered = await File.ReadAllTextAsync(Path.Combine(checkout.Path, "jobs", "local", "postgres.nomad.hcl"), Wait.Token);
        Directory.CreateDirectory(Folder);
        await Shell($"mkdir -p '{Path.GetDirectoryName(Data)}' && {Value("PGN_BIN")}/initdb -D '{Data}' -U postgres -A trust >/dev/null");
        Write("postgresql.conf", $"""
            listen_addresses = '*'
            port = {Value("PGN_PORT")}
            unix_socket_directories = '{Value("PGN_SOCKET")}'
            archive_mode = on
            archive_command = 'pgbackrest --config={Folder}/pgbackrest.conf --stanza=db-primary archive-push %p'
            """);
        Write("pgbackrest.conf", $"""
            [global]
            repo1-path={checkout.Sandbox}/repository
            repo1-retention-full=4
            start-fast=y
            lock-path={Value("PGN_LOG")}/old-lock
            log-path={Value("PGN_LOG")}
            [db-primary]
            pg1-path={Data}
            pg1-port={Value("PGN_PORT")}
            pg1-socket-path={Value("PGN_SOCKET")}
            """);
        // Starts the agent.
        await checkout.Status();
        await Submit("postgres", "service", $"network {{\n port \"postgres\" {{\n static = {Value("PGN_PORT")}\n }}\n }}", $"{Value("PGN_BIN")}/postgres", "-D", Data, "-c", $"config_file={Folder}/postgresql.conf");
        await Wait.Until("serving", async () => (await Shell($"{Psql} -c 'select 1'", mayFail: true)).ExitCode == 0);
        Write("init.sql", $"create role app login password '{Password}';\ncreate database app owner app;\n");
        await Once("postgres-init", "psql", "-h", Value("PGN_SOCKET"), "-p", Value("PGN_PORT"), "-U", "postgres", "-f", $"{Folder}/init.sql");
        await Once("pgbackrest-init", "pgbackrest", Config, "--stanza=db-primary", "stanza-create");
        foreach (var type in (string[])["full", "incr"])
            await Submit($"pgbackrest-{type}", "batch", "", "pgbackrest", [Config, "--stanza=db-primary", $"--type={type}", "backup"], "periodic {\n cron = \"@yearly\"\n prohibit_overlap = true\n }");
        (await checkout.Nomad("job", "periodic", "force", "-detach", "pgbackrest-full")).ExitCode.ShouldBe(0);
        await Wait.Until("backed up", () => File.Exists(Path.Combine(checkout.Backups, "backup.info")) && Directory.Exists(Path.Combine(checkout.Backups, "latest")));
        await Shell($"{Psql} -d app -c 'set role app; create table note as select generate_series(1, {rows}) as n'");
    }

    /// <summary>System identifier of the data directory.</summary>
    public async Task<string> SystemIdentifier() =>
        Identifier().Match((await Shell($"{Value("PGN_BIN")}/pg_controldata '{Data}'")).Out).Groups[1].Value;

    private string Psql => $"psql -XAtq -v ON_ERROR_STOP=1 -h '{Value("PGN_SOCKET")}' -p {Value("PGN_PORT")} -U postgres";

    private string Config => $"--config={Folder}/pgbackrest.conf";

    private string Value(string name) => Regex.Match(_rendered, $"{name} += \"([^\"]*)\"").Groups[1].Value;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text + "\n");

    private async Task Once(string id, string command, params string[] arguments)
    {
        await Submit(id, "batch", "", command, arguments);
        await Wait.Until($"{id} done", async () => (await checkout.Nomad("job", "status", id)).Out.Contains(" complete ", StringComparison.Ordinal));
    }

    private Task Submit(string id, string type, string network, string command, params string[] arguments) => Submit(id, type, network, command, arguments, "");

    private async Task Submit(string id, string type, string network, string command, string[] arguments, string more)
    {
        var list = string.Join(", ", arguments.Select(a => $"\"{a}\""));
        var job = $$"""
            job "{{id}}" {
              datacenters = ["dc1"]
              type = "{{type}}"
              {{more}}
              group "{{id}}" {
                {{network}}
                task "{{id}}" {
                  driver = "raw_exec"
                  user = "{{Value("PGN_USER")}}"
                  config {
                    command = "{{command}}"
                    args = [{{list}}]
                  }
                }
              }
            }
            """;
        var outcome = await checkout.NomadWith(job, "job", "run", "-detach", "-");
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
    }

    private async Task<Outcome> Shell(string script, bool mayFail = false)
    {
        using var run = new RunningBuild(checkout.OwnersShell(script));
        var outcome = await run.End();
        if (!mayFail)
            outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome;
    }

    [GeneratedRegex(@"system identifier: +(\d+)")]
    private static partial Regex Identifier();
}
