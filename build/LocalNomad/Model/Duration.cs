using System.Buffers;
using System.Globalization;
using System.Text;

namespace LocalNomad.Model;

/// <summary>Durations as Go writes them (<c>1h30m</c>, <c>1.5s</c>), in nanoseconds.</summary>
internal static class Duration
{
    public const long Millisecond = 1_000_000;
    public const long Second = 1_000 * Millisecond;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;

    private static readonly (string Name, decimal Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", Millisecond), ("s", Second), ("m", Minute), ("h", Hour)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out long nanoseconds, out string error)
    {
        nanoseconds = 0;
        error = "";
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
            rest = rest[1..];
        if (rest is "0")
            return true;
        if (rest.IsEmpty)
        {
            error = $"time: invalid duration \"{text}\"";
            return false;
        }

        var sum = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits < 0)
            {
                error = $"time: missing unit in duration \"{text}\"";
                return false;
            }

            var next = rest[digits..].IndexOfAny(Digits);
            var unit = next < 0 ? rest[digits..] : rest.Slice(digits, next);
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                error = $"time: invalid duration \"{text}\"";
                return false;
            }

            if (!TryUnit(unit, out var factor))
            {
                error = $"time: unknown unit \"{unit}\" in duration \"{text}\"";
                return false;
            }

            sum += number * factor;
            rest = rest[(digits + unit.Length)..];
        }

        nanoseconds = (long)(negative ? -sum : sum);
        return true;
    }

    public static TimeSpan ToTimeSpan(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / 100);

    public static long FromTimeSpan(TimeSpan span) => span.Ticks * 100;

    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
            return "0s";
        if (nanoseconds < 0)
            return "-" + Format(-nanoseconds);
        if (nanoseconds < Second)
        {
            return nanoseconds < 1_000 ? $"{nanoseconds}ns"
                : nanoseconds < Millisecond ? $"{nanoseconds / 1_000m:0.###}µs"
                : $"{nanoseconds / (decimal)Millisecond:0.######}ms";
        }

        var text = new StringBuilder();
        if (nanoseconds >= Hour)
            text.Append(nanoseconds / Hour).Append('h');
        if (nanoseconds >= Minute)
            text.Append(nanoseconds % Hour / Minute).Append('m');
        return text.Append((nanoseconds % Minute / (decimal)Second).ToString("0.#########", CultureInfo.InvariantCulture)).Append('s').ToString();
    }

    private static bool TryUnit(ReadOnlySpan<char> name, out decimal nanoseconds)
    {
        foreach (var unit in Units)
        {
            if (name.SequenceEqual(unit.Name))
            {
                nanoseconds = unit.Nanoseconds;
                return true;
            }
        }

        nanoseconds = 0;
        return false;
    }
}
