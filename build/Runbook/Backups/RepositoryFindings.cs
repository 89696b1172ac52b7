using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Wal;

namespace Runbook.Backups;

/// <summary>Something that is not as it should be in a repository, and what it costs.</summary>
/// <param name="What">In words.</param>
/// <param name="Sets">Labels of the sets that cannot be restored for it.</param>
/// <param name="Segments">WAL segments that are gone or damaged, on one timeline and next to each other.</param>
/// <param name="Lost">Moments that cannot be recovered to, if nothing else were wrong.</param>
/// <param name="Next">The next command.</param>
public sealed record RepositoryProblem(
    string What, ImmutableArray<string> Sets, ImmutableArray<string> Segments, ImmutableArray<Period> Lost, string Next);

/// <summary>All that was found of one repository.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Sets">Its sets, oldest first.</param>
/// <param name="Segments">How many WAL segments it holds.</param>
/// <param name="Read">What pgBackRest read; null when it was not asked.</param>
/// <param name="Problems">What is wrong; none when it is whole.</param>
/// <param name="Notes">What is worth knowing and no damage.</param>
/// <param name="Restorable">The moments that can be recovered to.</param>
/// <param name="Lost">The moments that could be recovered to if nothing were wrong.</param>
public sealed record RepositoryFindings(
    int Number, ImmutableArray<BackupSet> Sets, int Segments, VerifyVerdict? Read, ImmutableArray<RepositoryProblem> Problems,
    ImmutableArray<string> Notes, ImmutableArray<Period> Restorable, ImmutableArray<Period> Lost)
{
    /// <summary>Nothing is wrong with it.</summary>
    public bool IsWhole => Problems.IsEmpty;

    /// <summary>One that cannot be looked into.</summary>
    public static RepositoryFindings Unusable(int number, string what, string next) => new(
        number, [], 0, null, [new RepositoryProblem(what, [], [], [], next)], [], [], []);

    /// <summary>The moments that none of several repositories can be recovered to any more, although one could if nothing were wrong.</summary>
    public static ImmutableArray<Period> LostEverywhere(IReadOnlyList<RepositoryFindings> all) =>
        Period.Without(Period.Union(all.SelectMany(r => r.Restorable.Concat(r.Lost))), Period.Union(all.SelectMany(r => r.Restorable)));
}
