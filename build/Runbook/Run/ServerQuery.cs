using Runbook.Cli;
using Runbook.Config;
using Runbook.Facts;

namespace Runbook.Run;

/// <summary>Asks the running server, through a psql beside it: nothing needs a port open to the operator.</summary>
public sealed class ServerQuery(ClusterSettings settings, NomadClient nomad)
{
    private static readonly TimeSpan QueryLimit = TimeSpan.FromSeconds(30);

    /// <summary>The server's running allocation; null when it has none.</summary>
    public async Task<NomadAllocation?> AllocationAsync(CancellationToken ct) =>
        (await nomad.AllocationsAsync(ct)).LastOrDefault(a =>
            a.JobId == settings.Postgres.JobName && a is { ClientStatus: "running", DesiredStatus: "run" });

    /// <summary>Runs one statement as the superuser and returns its output.</summary>
    /// <param name="allocation">Where the server runs.</param>
    /// <param name="sql">No secrets: it is handed over on standard input, but the server may log it.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="RunbookException">The server does not answer, or refuses the statement.</exception>
    public async Task<string> AskAsync(NomadAllocation allocation, string sql, CancellationToken ct)
    {
        var outcome = await nomad.ExecAsync(
            allocation.Id, NodeChannel.ServerTask, PsqlScript(settings, "-XAtq -v ON_ERROR_STOP=1 -c " + Quote(sql)),
            NodeChannel.OwnerShell(settings.Postgres.OsUser), QueryLimit, ct);
        return outcome.ExitCode == 0
            ? outcome.Output.Trim()
            : throw new RunbookException(ExitCode.Failed, $"the server does not answer: {outcome.Reason}")
            {
                State = "the server's task runs",
                Next = "./build.sh Logs",
            };
    }

    /// <summary>A shell line that starts the server's own psql as the superuser on the server's socket, or on another one; in template1 where the database postgres was dropped.</summary>
    public static string PsqlScript(ClusterSettings settings, string arguments, string? socket = null) =>
        $"unset PGSERVICE PGOPTIONS PGPASSFILE; PGDATABASE=postgres; export PGDATABASE; {Psql(settings, socket)} -XAtq -c '' </dev/null >/dev/null 2>&1 || PGDATABASE=template1; exec {Psql(settings, socket)} {arguments}\n";

    private static string Psql(ClusterSettings settings, string? socket) =>
        $"{Quote(settings.Postgres.BinDirectory + "/psql")} -h {Quote(socket ?? settings.Volumes.Socket.Path)} -p {settings.Postgres.Port} -U postgres";

    /// <summary>One word for a shell.</summary>
    public static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
