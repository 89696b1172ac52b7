using Runbook.Cluster;
using Runbook.Output;
using Runbook.Run;
using Runbook.Steps;

namespace Runbook.Secrets;

/// <summary>Shows the passwords of the cluster's roles that the node has generated or was given.</summary>
public static class Passwords
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Asks whether they may be shown, and fetches them. They travel on the output of a command beside the server, never
    /// through a job of their own: Nomad would keep its log.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="person">Is asked, unless a program reads the answer.</param>
    /// <param name="yes">It need not be asked any more.</param>
    /// <param name="format">JSON is for a program: nobody is asked.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">The answer is no, no server runs, or the node did not answer.</exception>
    public static async Task<string> ReadAsync(Session session, IPerson person, bool yes, OutputFormat format, CancellationToken ct)
    {
        var beside = await new ServerQuery(session.Settings, session.Nomad).AllocationAsync(ct)
            ?? throw RunbookException.Refused("no server of this cluster runs: the passwords are on its data volume and cannot be read", "./build.sh Status");
        Question.Ask(person, yes || format == OutputFormat.Json, "show passwords in clear", "./build.sh Passwords --yes; for a program ./build.sh Passwords --output json");
        var outcome = await session.Node.TryAsync("passwords", "", beside, Limit, ct);
        // Of what went wrong only that it did: the output may hold a part of what was asked for.
        if (outcome.ExitCode != 0)
            throw new RunbookException(ExitCode.Failed, $"the node did not hand over the passwords (exit code {outcome.ExitCode})")
            {
                State = "nothing was changed",
                Next = "./build.sh Status",
            };
        var documents = PasswordsReport.Documents(session.Settings, NodePasswords.Parse(outcome.Output));
        return format == OutputFormat.Json ? PasswordsReport.Json(documents) : PasswordsReport.Text(documents);
    }
}
