using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Steps;

/// <summary>From when on a repository can be restored.</summary>
/// <param name="Since">End of the first set from which on any moment can be; null when there is no such set.</param>
/// <param name="Label">That set.</param>
/// <param name="Older">Sets before it, of which only the end can be restored.</param>
public sealed record RestoreWindow(DateTimeOffset? Since, string Label, int Older)
{
    /// <summary>The window that these sets of one repository leave.</summary>
    public static RestoreWindow Of(IReadOnlyCollection<BackupSet> sets, RetentionSettings retention)
    {
        var withAllWal = WalRetention.WithAllWal(sets, retention);
        var first = sets.Where(s => withAllWal.Contains(s.Label)).MinBy(s => s.FinishedAt);
        return new RestoreWindow(first?.FinishedAt, first?.Label ?? "", first is null ? sets.Count : sets.Count(s => s.FinishedAt < first.FinishedAt));
    }

    /// <summary>In words.</summary>
    public override string ToString()
    {
        var ends = Older == 0 ? "" : $"{(Since is null ? "" : "; before that ")}the end of {(Older == 1 ? "1 set" : $"each of {Older} sets")}";
        return Since is { } since ? $"any moment from {Words.At(since)} ({Label}) on{ends}" : ends.Length > 0 ? ends : "nothing";
    }
}

/// <summary>What goes from one repository, and what stays.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Label">The set that was asked for; empty where the configured retention decides.</param>
/// <param name="Preview">As pgBackRest told it.</param>
/// <param name="Going">The sets that go, oldest first.</param>
/// <param name="Leftovers">What interrupted backups have left, which goes with them.</param>
/// <param name="Staying">The sets that stay, oldest first.</param>
/// <param name="Now">What can be restored now.</param>
/// <param name="Afterwards">What can be restored afterwards.</param>
public sealed record RepositoryExpiry(
    int Number, string Label, ExpirePreview Preview, ImmutableArray<BackupSet> Going, ImmutableArray<string> Leftovers, ImmutableArray<BackupSet> Staying,
    RestoreWindow Now, RestoreWindow Afterwards);

/// <summary>What Expire will do.</summary>
/// <param name="Repositories">Each repository that was asked about.</param>
public sealed record ExpirePlan(IReadOnlyList<RepositoryExpiry> Repositories)
{
    /// <summary>One step for each repository from which something goes.</summary>
    public ProcedurePlan Procedure { get; } = new(
        "Expire", [.. Repositories.Where(r => !r.Preview.IsEmpty).Select(r => new ExpireSets(r.Number, r.Label, r.Preview.Sets))], []);

    /// <summary>Whether the same sets go from the same repositories.</summary>
    public bool IsSameAs(ExpirePlan other) =>
        Repositories.Select(r => $"{r.Number} {string.Join(' ', r.Preview.Sets)}").SequenceEqual(other.Repositories.Select(r => $"{r.Number} {string.Join(' ', r.Preview.Sets)}"));
}
