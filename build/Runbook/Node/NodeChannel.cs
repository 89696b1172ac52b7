using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Node;

/// <summary>Asks the node that holds the data: beside a task of ours where one runs, the server or a restore, which is quick,
/// otherwise in a dispatched child of the operations job.</summary>
/// <param name="settings">Names of jobs and user.</param>
/// <param name="scripts">The texts of lib.sh, holder.sh, health.sh, doctor.sh and operate.sh, one after the other.</param>
/// <param name="nomad">The way to Nomad.</param>
/// <param name="dispatcher">Runs the child.</param>
public sealed class NodeChannel(ClusterSettings settings, string scripts, NomadClient nomad, Dispatcher dispatcher)
{
    /// <summary>Name of the task in the server's job.</summary>
    public const string ServerTask = "postgres";

    /// <summary>Name of the task in the job that restores.</summary>
    public const string RestoreTask = "restore";

    // Drops to the owner of the data: under some drivers a command beside a task runs as the agent's own user.
    private const string AsOwner =
        "if [ \"$(id -u)\" = 0 ] && [ \"$1\" != root ]; then exec setpriv --reuid \"$1\" --regid \"$(id -gn \"$1\")\" --init-groups -- /bin/bash \"${@:2}\"; else exec /bin/bash \"${@:2}\"; fi";

    private static readonly TimeSpan AskLimit = TimeSpan.FromMinutes(3);

    // Nomad notices a lost agent after half a minute; until then it places jobs there.
    private static readonly TimeSpan SuspectLimit = TimeSpan.FromSeconds(40);

    /// <summary>A command line that runs a script from standard input as the owner of the data.</summary>
    /// <param name="user">The owner.</param>
    /// <param name="arguments">The script's <c>$1</c> and so on: what is not our own text goes here, never into the script. No secrets: they show in <c>ps</c>.</param>
    public static IReadOnlyList<string> OwnerShell(string user, params IEnumerable<string> arguments) =>
        ["/bin/bash", "-c", AsOwner, "node", user, "-s", "--", .. arguments];

    /// <summary>A command line that runs one line of shell as the owner of the data.</summary>
    /// <param name="user">The owner.</param>
    /// <param name="line">Our own text.</param>
    /// <param name="arguments">Its <c>$1</c> and so on.</param>
    public static IReadOnlyList<string> OwnerCommand(string user, string line, params IEnumerable<string> arguments) =>
        ["/bin/bash", "-c", AsOwner, "node", user, "-c", line, "node", .. arguments];

    /// <summary>Runs an operation of operate.sh and returns what it printed.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="argument">Its argument; never a secret.</param>
    /// <param name="beside">A running allocation of ours, of the server or of a restore; null when there is none.</param>
    /// <param name="ct">Stops what was started.</param>
    /// <param name="limit">How long it may take; three minutes when not given.</param>
    /// <exception cref="RunbookException">It failed.</exception>
    public async Task<string> AskAsync(string operation, string argument, NomadAllocation? beside, CancellationToken ct, TimeSpan? limit = null) =>
        (await AskWhereAsync(operation, argument, beside, ct, limit)).Said;

    /// <summary>The same with the allocation that answered, which knows Nomad's name of the node: its host may call itself otherwise.</summary>
    public async Task<(string Said, NomadAllocation Where)> AskWhereAsync(
        string operation, string argument, NomadAllocation? beside, CancellationToken ct, TimeSpan? limit = null)
    {
        // The task may have ended under our hands; the job is the way that always works, but for a node whose agent is gone.
        if (beside is not null && await TryAsync(operation, argument, beside, limit ?? AskLimit, ct) is { ExitCode: 0 } outcome)
            return (outcome.Output, beside);
        var child = await dispatcher.RunAsync(
            settings.Pgbackrest.JobName,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["operation"] = operation, ["argument"] = argument },
            limit ?? AskLimit, onLine: null, whileRunning: null, ct, startLimit: beside is null ? null : SuspectLimit);
        if (child.Allocation.ClientStatus == "lost")
            throw new UnplacedException($"node {child.Allocation.NodeName} was lost while it was asked") { Next = "nomad node status; start the agent of the node again" };
        return child.Allocation.Succeeded
            ? (child.Output, child.Allocation)
            : throw new RunbookException(ExitCode.Failed, $"the node could not answer ({operation}): {child.Reason}")
            {
                Next = $"./build.sh Logs --job {child.JobId}",
            };
    }

    /// <summary>Runs an operation beside a running task of ours, there or nowhere, and returns what came of it.</summary>
    public Task<Outcome> TryAsync(string operation, string argument, NomadAllocation beside, TimeSpan limit, CancellationToken ct)
    {
        var script = $"{scripts}\noperate \"$@\"\n";
        return nomad.ExecAsync(beside.Id, TaskOf(beside), script, OwnerShell(settings.Postgres.OsUser, operation, argument), limit, ct);
    }

    /// <summary>The task of one of our allocations in which a command can be run.</summary>
    public string TaskOf(NomadAllocation allocation) => allocation.BelongsTo(settings.Pgbackrest.RestoreJobName) ? RestoreTask : ServerTask;

    /// <summary>Hands a file of secrets to the node; it travels on standard input of a command beside a task.</summary>
    /// <param name="task">It waits for the file.</param>
    /// <param name="name">Of the file.</param>
    /// <param name="content">Of the file.</param>
    /// <param name="isLast">With this one the task goes on: it may end, and the command with it, before that has told its own end. The task's end tells then.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">The node did not take it.</exception>
    public async Task DeliverAsync(NomadAllocation task, string name, string content, bool isLast, CancellationToken ct)
    {
        var end = $"END_{Guid.NewGuid():N}";
        var script = $"{scripts}\noperate receive \"$1\" <<'{end}'\n{content}\n{end}\n";
        // The script names the operation itself; the one in the task's meta must not run a second time.
        var outcome = await nomad.ExecAsync(
            task.Id, task.Tasks[0].Name, "unset NOMAD_META_operation\n" + script, OwnerShell(settings.Postgres.OsUser, name), AskLimit, ct);
        if (outcome.ExitCode != 0)
        {
            // Only what our own script says of it: a shell may repeat a line that it was given.
            var said = string.Join("; ", outcome.Error.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal)));
            if (isLast && said.Length == 0)
                return;
            throw new RunbookException(ExitCode.Failed, $"the node did not take the secret {name} (exit code {outcome.ExitCode}{(said.Length > 0 ? $", {said}" : "")})");
        }
    }
}
