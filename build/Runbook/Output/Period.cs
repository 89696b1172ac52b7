using System.Collections.Immutable;

namespace Runbook.Output;

/// <summary>A stretch of time; a single moment where both ends are the same.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end, which belongs to it.</param>
public sealed record Period(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The moments that lie in any of them, in order, without overlaps.</summary>
    public static ImmutableArray<Period> Union(IEnumerable<Period> periods)
    {
        var union = new List<Period>();
        foreach (var period in periods.Where(p => p.To >= p.From).OrderBy(p => p.From).ThenBy(p => p.To))
        {
            if (union.Count > 0 && period.From <= union[^1].To)
                union[^1] = union[^1] with { To = period.To > union[^1].To ? period.To : union[^1].To };
            else
                union.Add(period);
        }
        return [.. union];
    }

    /// <summary>The moments of some that lie in none of others; both as <see cref="Union"/> gives them.</summary>
    public static ImmutableArray<Period> Without(IEnumerable<Period> some, IReadOnlyList<Period> others)
    {
        var left = ImmutableArray.CreateBuilder<Period>();
        foreach (var period in some)
        {
            var from = period.From;
            var reached = false;
            foreach (var other in others.Where(o => o.To >= period.From && o.From <= period.To))
            {
                if (other.From > from)
                    left.Add(new Period(from, other.From));
                from = other.To;
                reached = true;
            }
            if (!reached || from < period.To)
                left.Add(new Period(from, period.To));
        }
        return left.ToImmutable();
    }

    /// <summary>The moments of some that lie in others, too.</summary>
    public static ImmutableArray<Period> Within(IReadOnlyList<Period> some, IReadOnlyList<Period> others) => Union(
        some.SelectMany(p => others.Select(o => new Period(p.From > o.From ? p.From : o.From, p.To < o.To ? p.To : o.To))));

    /// <summary>In words, in UTC.</summary>
    public override string ToString() => From == To ? Words.At(From) : $"{Words.At(From)} to {Words.At(To)}";
}
