using System.Collections.Immutable;
using Runbook.Wal;

namespace Runbook.Cluster;

/// <summary>A backup set that cannot be restored as it was taken.</summary>
/// <param name="Set">Where the damage lies.</param>
/// <param name="Why">What it is.</param>
/// <param name="Sets">Labels of all that cannot be restored for it: the set, and those that use its damaged files.</param>
public sealed record SetDamage(BackupSet Set, string Why, ImmutableArray<string> Sets)
{
    private const int Shown = 3;

    /// <summary>The damaged ones among the sets of a repository, oldest first.</summary>
    /// <param name="sets">As the repository lists them.</param>
    /// <param name="read">As pgBackRest found them; null when it was not asked.</param>
    public static IReadOnlyList<SetDamage> Of(ImmutableArray<BackupSet> sets, VerifyVerdict? read)
    {
        var damaged = sets.Select(s => (Set: s, Why: Look(s, read))).Where(d => d.Why.Length > 0).ToList();
        // One whose own files are whole suffers with the set that holds the others.
        bool Suffers(BackupSet set, BackupSet root) => set != root && set.References.Contains(root.Label) && !set.Error
            && read?.Sets.FirstOrDefault(s => s.Label == set.Label) is { Status: "invalid", Faults.Total: > 0 } && !read.Faulty.Any(f => f.Set == set.Label);
        var roots = damaged.Where(d => !damaged.Any(r => Suffers(d.Set, r.Set))).ToList();
        return
        [
            .. roots.Select(r => new SetDamage(r.Set, r.Why, [r.Set.Label, .. damaged.Where(d => Suffers(d.Set, r.Set)).Select(d => d.Set.Label)])),
        ];
    }

    /// <summary>In words.</summary>
    public override string ToString() => $"backup set {Set.Label} {Why}{(Sets.Length > 1 ? $"; {string.Join(", ", Sets.Skip(1))} use{(Sets.Length == 2 ? "s" : "")} what is damaged" : "")}";

    private static string Look(BackupSet set, VerifyVerdict? read)
    {
        if (set.Error)
            return "holds damaged pages: they were damaged in the cluster when it was taken";
        if (read is not { LookedAtSets: true })
            return "";
        return read.Sets.FirstOrDefault(s => s.Label == set.Label) switch
        {
            null => "is gone, although the repository lists it",
            { Status: "manifest missing" } => "has lost its manifest",
            { Status: "invalid", Faults.Total: 0 } => "has a manifest that cannot be read, or that lists nothing",
            { Status: "invalid" } found => Files(set, found, read),
            _ => "",
        };
    }

    private static string Files(BackupSet set, VerifiedSet found, VerifyVerdict read)
    {
        var faulty = read.Faulty.Where(f => f.Set == set.Label || set.References.Contains(f.Set)).ToList();
        var more = faulty.Count > Shown ? $" and {faulty.Count - Shown} more" : "";
        var some = faulty.Count == 0 ? "" : $" ({string.Join(", ", faulty.Take(Shown).Select(f => $"{f.Path}: {f.Reason}"))}{more})";
        return $"has {found.Faults.Total} damaged or missing file{(found.Faults.Total == 1 ? "" : "s")}{some}";
    }
}
