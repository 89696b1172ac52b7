using Runbook.Cluster;
using Runbook.Output;
using Runbook.Run;
using Runbook.Steps;

namespace Runbook.Backups;

/// <summary>What is expired.</summary>
/// <param name="Repository">Number of the repository; 0 for all.</param>
/// <param name="Label">A set, with all that builds on it; empty where the configured retention decides.</param>
public sealed record ExpireRequest(int Repository, string Label);

/// <summary>Removes backup sets, and the WAL that nothing needs any more. Shows what would go, and asks.</summary>
public static class Expire
{
    /// <summary>Runs the procedure.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="request">What is meant.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="person">Is asked.</param>
    /// <param name="yes">It need not be asked any more.</param>
    /// <param name="dryRun">Only shows what would go.</param>
    /// <param name="format">Of what is printed.</param>
    /// <param name="print">Takes it.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">A guard or the operator said no, or it failed.</exception>
    public static async Task RunAsync(
        Session session, ExpireRequest request, SecretBundle secrets, IPerson person, bool yes, bool dryRun, OutputFormat format, Action<string> print, CancellationToken ct)
    {
        RepositoryChoice.Guard(session.Settings, request.Repository);
        var plan = await PlanAsync(session, request, ct);
        if (format == OutputFormat.Text)
            print(ExpireReport.Text(session.Settings, plan, session.Time.GetUtcNow()));
        var due = plan.Procedure.Steps.Count > 0 && !dryRun;
        if (due)
        {
            Question.Ask(person, yes, "remove that for good", $"{Typed(request)} --yes");
            // Whoever thinks about the answer holds nobody off; but what was shown is what goes.
            await session.HoldAsync("Expire", dryRun: false, async token =>
            {
                if (!plan.IsSameAs(await PlanAsync(session, request, token)))
                    throw RunbookException.Refused("what would be removed has changed since it was shown", Typed(request));
                await session.Runner(secrets).RunAsync(plan.Procedure, dryRun: false, token);
            }, ct);
        }
        if (format == OutputFormat.Json)
            print(ExpireReport.Json(session.Settings, plan, due));
        else if (due)
            print(ExpireReport.Left(plan));
    }

    private static string Typed(ExpireRequest request) =>
        $"./build.sh Expire{(request.Label.Length > 0 ? $" --backup-set {request.Label}" : "")}{(request.Repository > 0 ? $" --repository {request.Repository}" : "")}";

    private static async Task<ExpirePlan> PlanAsync(Session session, ExpireRequest request, CancellationToken ct)
    {
        var facts = await session.Reader.ReadAsync(ct);
        var expiry = new Expiry(session.Settings, session.Node, session.Dispatcher, session.Reader, ClusterLock.Person, session.Listener);
        var previews = new Dictionary<int, ExpirePreview>();
        foreach (var number in ExpirePlanner.Look(session.Settings, facts, request.Repository, request.Label))
            previews[number] = await expiry.PreviewAsync(number, request.Label, facts, ct);
        return ExpirePlanner.Make(session.Settings, facts, request.Label, previews);
    }
}
