using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Steps;

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
            allocation.Id, NodeChannel.ServerTask, $"{sql};\n",
            Psql(settings, settings.Volumes.Socket.Path, SessionOptions.Own(settings.Postgres.Version), "-XAtq", "-v", "ON_ERROR_STOP=1"), QueryLimit, ct);
        return outcome.ExitCode == 0
            ? outcome.Output.Trim()
            : throw new RunbookException(ExitCode.Failed, $"the server does not answer: {outcome.Reason}")
            {
                State = "the server's task runs",
                Next = "./build.sh Logs",
            };
    }

    /// <summary>A command line that starts the server's own psql as the superuser, in template1 where the database postgres was dropped.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="socket">Folder of the socket.</param>
    /// <param name="options">What the session has whatever the server's settings say.</param>
    /// <param name="arguments">More of psql's own.</param>
    public static IReadOnlyList<string> Psql(ClusterSettings settings, string socket, string options, params IEnumerable<string> arguments) => NodeChannel.OwnerCommand(
        settings.Postgres.OsUser,
        "for name in \"${!PG@}\"; do unset \"$name\"; done; export PGOPTIONS=$1 PGDATABASE=postgres; psql=$2/psql; "
        + "\"$psql\" -h \"$3\" -p \"$4\" -U postgres -XAtq -c '' </dev/null >/dev/null 2>&1 || PGDATABASE=template1; exec \"$psql\" -h \"$3\" -p \"$4\" -U postgres \"${@:5}\"",
        [options, settings.Postgres.BinDirectory, socket, $"{settings.Postgres.Port}", .. arguments]);
}
