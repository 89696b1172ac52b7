using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Run;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Backups;

/// <summary>
/// Has every file of the repositories read, and looks for gaps in their WAL. Changes nothing and holds nobody off: it may take hours, and the
/// cluster may need to be restored meanwhile.
/// </summary>
public static class Verify
{
    private const int Looks = 3;

    private static readonly TimeSpan ListLimit = TimeSpan.FromMinutes(30);

    /// <summary>Runs the procedure.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="repository">Number of the one that is meant; 0 for all.</param>
    /// <param name="format">Of what is printed.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="print">Takes the answer.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">A repository is damaged or could not be read.</exception>
    public static async Task RunAsync(Session session, int repository, OutputFormat format, bool dryRun, Action<string> print, CancellationToken ct)
    {
        RepositoryChoice.Guard(session.Settings, repository);
        var facts = await session.Reader.ReadAsync(ct);
        var plan = VerifyPlanner.Make(session.Settings, facts, repository);
        session.Listener.Planned(plan, dryRun);
        if (dryRun)
            return;
        var findings = new List<RepositoryFindings>();
        var listed = new Listed([], ImmutableDictionary<string, string>.Empty);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            session.Listener.StepStarted(plan.Steps[i], i + 1, plan.Steps.Count);
            var began = session.Time.GetTimestamp();
            if (plan.Steps[i] is ReadRepository read)
                findings.Add(await ReadAsync(session, facts, listed, read.Number, ct));
            else
                listed = await ListAsync(session, facts, ct);
            session.Listener.StepDone(plan.Steps[i], session.Time.GetElapsedTime(began));
        }
        findings.AddRange(RepositoryChoice.Of(session.Settings, facts, repository).Where(s => s.IsUnreadable || s.IsMissing)
            .Select(s => RepositoryFindings.Unusable(s.Number, $"it cannot be read: {s.Message}", s.IsMissing ? "./build.sh Deploy" : "./build.sh Status")));
        findings.Sort((a, b) => a.Number.CompareTo(b.Number));
        print(format == OutputFormat.Json ? VerifyReport.Json(session.Settings, findings) : VerifyReport.Text(session.Settings, findings));
        if (findings.Find(f => !f.IsWhole) is { } damaged)
            throw new VerdictException(ExitCode.Failed, $"{Which(findings)} not whole: {Count(findings)}")
            {
                State = "nothing was changed",
                Next = damaged.Problems[0].Next,
            };
    }

    private static string Which(IEnumerable<RepositoryFindings> findings) =>
        findings.Where(f => !f.IsWhole).Select(f => f.Number).ToList() is [var one] ? $"repository {one} is" : $"repositories {string.Join(", ", findings.Where(f => !f.IsWhole).Select(f => f.Number))} are";

    private static string Count(IEnumerable<RepositoryFindings> findings) =>
        findings.Sum(f => f.Problems.Length) is var n && n == 1 ? "1 problem" : $"{n} problems";

    private static async Task<RepositoryFindings> ReadAsync(Session session, ClusterFacts facts, Listed listed, int number, CancellationToken ct)
    {
        var archives = listed.Archives.ToImmutableDictionary(a => a.Key, a => ArchiveFacts.Parse(a.Value, number), StringComparer.Ordinal);
        var before = listed.Sets.Where(s => s.Repository == number).ToList();
        var bytes = before.Sum(s => s.RepositorySize) + archives.Values.Sum(a => a.Bytes);
        var (read, failure) = await new RepositoryReading(session.Settings, session.Dispatcher, ClusterLock.Person, session.Listener).ReadAsync(number, bytes, ct);
        // What was expired meanwhile is missed by nobody.
        var after = (await session.Reader.ReadAsync(ct)).Node?.Repository?.SetsOf(number).Select(s => s.Label).ToHashSet(StringComparer.Ordinal);
        return RepositoryAudit.Of(new RepositoryEvidence(
            number, session.Settings.Pgbackrest.Repositories.Count > 1, [.. before.Where(s => after?.Contains(s.Label) != false)],
            session.Settings.Pgbackrest.Repositories.ElementAtOrDefault(number - 1)?.Retention ?? new RetentionSettings(), archives, facts.Node!.Timeline)
        {
            Read = read,
            Failure = failure,
        });
    }

    // The sets and the WAL of one moment: with sets that were expired in between, WAL would seem to be missing.
    private static async Task<Listed> ListAsync(Session session, ClusterFacts facts, CancellationToken ct)
    {
        var sets = facts.Node!.Repository?.Sets ?? [];
        for (var look = 1; ; look++)
        {
            var archives = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var id in sets.Select(s => s.ArchiveId).Where(id => id.Length > 0).Distinct())
                archives[id] = await session.Node.AskAsync("archive", $"{id} 00000000", facts.Server ?? facts.RunningRestore, ct, ListLimit);
            var after = (await session.Reader.ReadAsync(ct)).Node?.Repository?.Sets ?? [];
            if (look == Looks || sets.All(s => after.Any(a => a.Label == s.Label && a.Repository == s.Repository)))
                return new Listed([.. sets.Where(s => after.Any(a => a.Label == s.Label && a.Repository == s.Repository))], archives);
            sets = after;
        }
    }

    // Of each folder of the archive what the node printed.
    private sealed record Listed(ImmutableArray<BackupSet> Sets, IReadOnlyDictionary<string, string> Archives);
}
