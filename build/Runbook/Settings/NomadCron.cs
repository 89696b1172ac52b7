using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>
/// One item of a cron field as Nomad's own parser reads it (hashicorp/cronexpr 1.1.1 in Nomad 1.1, 1.1.3 in 2.0; cronexpr_parse.go is the same in both).
/// It looks numbers up in tables and takes what it does not find for 0, and it ends every span of days that ends on a Sunday with Saturday.
/// </summary>
/// <param name="Values">The numbers that it stands for; null for one of the forms with L, W and #.</param>
internal sealed partial record NomadCron(ImmutableSortedSet<int>? Values)
{
    private static readonly string[] Months =
        ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly (int Minimum, int Maximum)[] Bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

    /// <summary>Reads an item.</summary>
    /// <param name="field">0 for minutes to 4 for days of the week.</param>
    /// <param name="item">Between two commas.</param>
    /// <returns>Null where Nomad refuses it.</returns>
    public static NomadCron? Read(int field, string item)
    {
        var (minimum, maximum) = Bounds[field];
        var text = item.ToLowerInvariant();
        if (text is "*" or "?")
            return Span(minimum, maximum, 1);
        if (Special(field).IsMatch(text))
            return new NomadCron(Values: null);
        if (Form().Match(text) is not { Success: true } form)
            return null;

        var step = 1;
        if (form.Groups["step"] is { Success: true } given && (!TwoDigits().IsMatch(given.Value) || (step = int.Parse(given.Value)) < 1 || step > maximum))
            return null;
        if (form.Groups["any"].Success)
            return form.Groups["step"].Success ? Span(minimum, maximum, step) : null;
        if (Number(field, form.Groups["first"].Value) is not { } first)
            return null;
        if (!form.Groups["last"].Success)
            return form.Groups["step"].Success ? Span(first, maximum, step) : new NomadCron([first]);
        if (Number(field, form.Groups["last"].Value) is not { } last)
            return null;
        return Span(first, field == 4 && last == 0 ? 6 : last, step);
    }

    private static NomadCron Span(int first, int last, int step) =>
        new(first > last ? [] : [.. Enumerable.Range(0, ((last - first) / step) + 1).Select(i => first + (i * step))]);

    // What its pattern takes and its table does not hold becomes 0: a day of the week with a leading zero is a Sunday.
    private static int? Number(int field, string text)
    {
        var (minimum, maximum) = Bounds[field];
        if (!TwoDigits().IsMatch(text))
        {
            var at = field switch { 3 => Array.IndexOf(Months, text), 4 => Array.IndexOf(Days, text), _ => -1 };
            return at >= minimum ? at : null;
        }

        var number = int.Parse(text);
        if (field == 4)
            return number > 7 ? null : text.Length == 2 || number == 7 ? 0 : number;
        return number >= minimum && number <= maximum ? number : null;
    }

    private static Regex Special(int field) => field switch { 2 => OfMonth(), 4 => OfWeek(), _ => Never() };

    [GeneratedRegex("^(?:(?<any>\\*)|(?<first>[0-9a-z]+)(?:-(?<last>[0-9a-z]+))?)(?:/(?<step>[0-9]+))?\\z")]
    private static partial Regex Form();

    [GeneratedRegex("^[0-9]{1,2}\\z")]
    private static partial Regex TwoDigits();

    [GeneratedRegex("^(?:l|lw|(?:0?[1-9]|[12][0-9]|3[01])w)\\z")]
    private static partial Regex OfMonth();

    [GeneratedRegex("^(?:[0-7]|sun|mon|tue|wed|thu|fri|sat)(?:l|#[1-5])\\z")]
    private static partial Regex OfWeek();

    [GeneratedRegex("(?!)")]
    private static partial Regex Never();
}
