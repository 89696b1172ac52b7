using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Backups;

/// <summary>What is known of one repository when it is judged.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Several">There are others beside it.</param>
/// <param name="Sets">The sets that it held before and after it was read, oldest first.</param>
/// <param name="Retention">What is kept of their WAL.</param>
/// <param name="Archives">What each folder of its archive holds.</param>
/// <param name="Timeline">Of the cluster; 0 when unknown.</param>
public sealed record RepositoryEvidence(
    int Number, bool Several, ImmutableArray<BackupSet> Sets, RetentionSettings Retention, ImmutableDictionary<string, ArchiveFacts> Archives, uint Timeline)
{
    /// <summary>What pgBackRest read; null when it was not asked.</summary>
    public VerifyVerdict? Read { get; init; }

    /// <summary>Why pgBackRest did not read it to its end; empty when it did.</summary>
    public string Failure { get; init; } = "";
}

/// <summary>Judges one repository by what pgBackRest read of it and by the WAL that it holds. Pure.</summary>
public sealed class RepositoryAudit
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>(StringComparer.Ordinal);

    private readonly RepositoryEvidence _evidence;
    private readonly string _repository;

    // The way to the timeline of the cluster first, in every folder; the others have been left.
    private readonly ImmutableArray<(WalWay Way, bool Left)> _ways;

    private RepositoryAudit(RepositoryEvidence evidence)
    {
        _evidence = evidence;
        _repository = evidence.Several ? $" --repository {evidence.Number}" : "";
        var withAllWal = WalRetention.WithAllWal(evidence.Sets, evidence.Retention);
        _ways = [.. evidence.Sets.Where(s => s.NamesWal).GroupBy(s => s.ArchiveId).SelectMany(folder => Ways(folder, withAllWal))];
    }

    /// <summary>Judges it.</summary>
    public static RepositoryFindings Of(RepositoryEvidence evidence) => new RepositoryAudit(evidence).Judge();

    private RepositoryFindings Judge()
    {
        var damage = SetDamage.Of(_evidence.Sets, _evidence.Read);
        var runs = IsListed ? Runs().ToList() : [];
        // What the cluster has left need not be whole, as long as its sets can be restored.
        var problems = Whole().Concat(damage.Select(d => Of(d, damage))).Concat(runs.Where(r => !r.Left || Needing(r.Run).Any()).Select(Of)).ToImmutableArray();
        var withoutSets = Names(damage.SelectMany(d => d.Sets));
        var withoutSegments = Names(runs.SelectMany(r => r.Run.Segments));
        var restorable = Period.Union(Current.SelectMany(w => w.Restorable(withoutSets, withoutSegments)));
        return new RepositoryFindings(
            _evidence.Number, _evidence.Sets, _evidence.Archives.Values.Sum(a => a.Archived.Count), _evidence.Read, problems, [.. Notes(runs)], restorable,
            Period.Without(Period.Union(Current.SelectMany(w => w.Restorable(Nothing, Nothing))), restorable));
    }

    private bool IsListed => !_evidence.Archives.Values.Any(a => a.IsIncomplete);

    private IEnumerable<WalWay> Current => _ways.Where(w => !w.Left).Select(w => w.Way);

    private IEnumerable<(WalWay Way, bool Left)> Ways(IGrouping<string, BackupSet> folder, IReadOnlySet<string> withAllWal)
    {
        var archive = _evidence.Archives.GetValueOrDefault(folder.Key) ?? new ArchiveFacts();
        var known = TimelinePath.Known(archive.History, folder).Union(archive.Archived.Keys.Select(WalName.Timeline)).Order().ToList();
        // Of a folder of before an upgrade the newest timeline was the cluster's.
        var newest = folder.Key == _evidence.Sets[^1].ArchiveId && known.Contains(_evidence.Timeline) ? _evidence.Timeline : known[^1];
        return known.OrderByDescending(t => t == newest).ThenByDescending(t => t)
            .Select(t => (Way: WalWay.Along(TimelinePath.To(t, archive.History), folder, withAllWal, archive), Left: t != newest))
            .Where(w => w.Way is not null).Select(w => (w.Way!, w.Left));
    }

    private RepositoryProblem Of(SetDamage damage, IReadOnlyList<SetDamage> all)
    {
        var set = damage.Set;
        var (way, _) = _ways.FirstOrDefault(w => w.Way.Sets.Contains(set));
        var newer = _evidence.Sets.Any(s => s.Type == BackupType.Full && s.FinishedAt > set.FinishedAt && !all.Any(d => d.Sets.Contains(s.Label)));
        var depends = _evidence.Sets.Count(s => s.References.Contains(set.Label));
        var expire = $"./build.sh Expire --backup-set {set.Label}{_repository}{(depends > 0 ? $", which also takes the {depends} that build{(depends == 1 ? "s" : "")} on it" : "")}";
        return new RepositoryProblem(
            damage.ToString(), damage.Sets, [], way is null ? [] : LostBy(way, Names(damage.Sets), Nothing),
            newer ? expire : $"./build.sh Backup --backup-type full{_repository}, then {expire}");
    }

    private RepositoryProblem Of((WalRun Run, WalWay Way, bool Left) wrong)
    {
        var segments = Names(wrong.Run.Segments);
        return new RepositoryProblem(
            wrong.Run.ToString(), [.. Needing(wrong.Run)], wrong.Run.Segments, LostBy(wrong.Way, Nothing, segments),
            wrong.Way.Behind(segments) is { } behind
                ? $"./build.sh Backups; from {Words.At(behind.FinishedAt)} on nothing is lost: {behind.Label} begins after it"
                : $"./build.sh Backup --backup-type full{_repository}: from its end on every moment can be restored again");
    }

    private IEnumerable<string> Needing(WalRun run) =>
        _ways.SelectMany(w => w.Way.Needing(Names(run.Segments))).Select(s => s.Label).Distinct().Order(StringComparer.Ordinal);

    private static ImmutableArray<Period> LostBy(WalWay way, IReadOnlySet<string> sets, IReadOnlySet<string> segments) =>
        Period.Without(way.Restorable(Nothing, Nothing), way.Restorable(sets, segments));

    private static IReadOnlySet<string> Names(IEnumerable<string> names) => names.ToHashSet(StringComparer.Ordinal);

    // Segments that are gone or damaged, each on the first way that needs it.
    private IEnumerable<(WalRun Run, WalWay Way, bool Left)> Runs()
    {
        var damaged = (_evidence.Read?.Faulty ?? []).Where(f => f.Segment.Length > 0)
            .GroupBy(f => f.Segment).ToDictionary(f => f.Key, f => f.First().Reason, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (way, left) in _ways)
        {
            foreach (var run in way.Wrong(damaged))
            {
                var fresh = run.Segments.Where(seen.Add).ToImmutableArray();
                if (!fresh.IsEmpty)
                    yield return (run with { Segments = fresh }, way, left);
            }
        }
    }

    // What pgBackRest said of the repository itself, or did not come to say.
    private IEnumerable<RepositoryProblem> Whole()
    {
        if (_evidence.Sets.IsEmpty)
            yield return new RepositoryProblem("it holds no backup set: nothing can be restored from it", [], [], [], $"./build.sh Backup --backup-type full{_repository}");
        if (_evidence.Failure.Length > 0)
            yield return new RepositoryProblem($"it could not be read to its end: {_evidence.Failure}", [], [], [], "./build.sh Status, then the same command again");
        else if (!IsListed)
            yield return new RepositoryProblem("its WAL could not be listed: whether there are gaps is not known", [], [], [], "./build.sh Status, then the same command again");
        else if (_evidence.Read is { Ok: null })
            yield return new RepositoryProblem("pgBackRest came to no result", [], [], [], "./build.sh Status, then the same command again");
        else if (_evidence.Read is { Ok: false } read && !IsExplained(read))
            yield return new RepositoryProblem(
                read.Words.IsEmpty ? "pgBackRest says that it is damaged, without naming what" : string.Join("; ", read.Words), [], [], [],
                "./build.sh Backups; if the passphrase is right and the place as well, take a full backup in another repository before anything else");
    }

    // A set that was expired while it was read is missed by nobody, and neither is its WAL.
    private static bool IsExplained(VerifyVerdict read) =>
        read.Sets.Any(s => s.Status != "valid") || read.Archives.Any(a => a.Faults.Total > 0) || !read.Faulty.IsEmpty;

    private IEnumerable<string> Notes(IEnumerable<(WalRun Run, WalWay Way, bool Left)> runs)
    {
        foreach (var (run, way, _) in runs.Where(r => r.Left && !Needing(r.Run).Any()))
        {
            var lost = LostBy(way, Nothing, Names(run.Segments));
            yield return $"{run}, on timeline {way.Path}, which the cluster has left{(lost.IsEmpty ? "" : $": of that one {string.Join(", ", lost)} cannot be restored")}";
        }
        foreach (var set in (_evidence.Read?.Sets ?? []).Where(s => s.Status == "in-progress"))
            yield return $"backup {set.Label} is being taken, or was interrupted: it was not read";
    }
}
