using Runbook.Cluster;
using Runbook.Output;
using Runbook.Run;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Checks;

/// <summary>Says whether a cluster and its backups are healthy. Only looks.</summary>
public static class Check
{
    // Each takes as long as a WAL segment takes to be fetched, and one tells most of what all of them do.
    private const int CommitsLookedFor = 4;

    /// <summary>Looks, prints, and ends with the level of the worst finding.</summary>
    /// <exception cref="VerdictException">Something is critical (1) or to be looked at (5).</exception>
    public static async Task RunAsync(Session session, CommandOptions typed, OutputFormat format, Action<string> print, CancellationToken ct)
    {
        var facts = await session.Reader.LookAsync(ct, health: true);
        var look = new HealthLook(session.Settings, facts, session.Time.GetUtcNow());
        End(look with { LastCommits = await LastCommitsAsync(session, look, ct) }, typed, format, print);
    }

    /// <summary>The same for a cluster of which nothing exists.</summary>
    /// <exception cref="VerdictException">That is critical.</exception>
    public static void Absent(ClusterSettings settings, CommandOptions typed, OutputFormat format, TimeProvider time, Action<string> print) =>
        End(new HealthLook(settings, new ClusterFacts { ServerJob = settings.Postgres.JobName }, time.GetUtcNow()), typed, format, print);

    private static void End(HealthLook look, CommandOptions typed, OutputFormat format, Action<string> print)
    {
        var findings = HealthCheck.Of(look);
        print(HealthReport.Write(format, look, typed, findings));
        var summary = HealthReport.Summary(findings);
        switch (HealthCheck.Worst(findings))
        {
            case HealthLevel.Critical:
                throw new VerdictException(ExitCode.Failed, summary);
            case HealthLevel.Warning:
                throw new VerdictException(ExitCode.Warning, summary);
            default:
                if (format == OutputFormat.Text)
                    print(summary);
                break;
        }
    }

    // The rules cannot know it: it stands inside of the WAL.
    private static async Task<IReadOnlyDictionary<string, LastCommit>> LastCommitsAsync(Session session, HealthLook look, CancellationToken ct)
    {
        var found = new Dictionary<string, LastCommit>(StringComparer.Ordinal);
        foreach (var gap in HealthCheck.Gaps(look).Where(g => !g.Before.IsEmpty).DistinctBy(g => g.First).Take(CommitsLookedFor))
        {
            var said = await session.Node.AskAsync("lastcommit", $"- {string.Join(',', gap.Before)}", look.Facts.Server ?? look.Facts.RunningRestore, ct);
            if (LastCommit.Parse(said) is { } commit)
                found[gap.First] = commit;
        }
        return found;
    }
}
