using System.Globalization;
using System.Text.RegularExpressions;

namespace Runbook.Cluster;

/// <summary>Compares a setting as it is configured with what the server says it is: 1GB is 131072 of 8kB. Pure.</summary>
public static partial class SettingValue
{
    private static readonly Dictionary<string, decimal> Bytes = new(StringComparer.Ordinal)
    {
        ["B"] = 1, ["kB"] = 1024, ["MB"] = 1024 * 1024, ["GB"] = 1024m * 1024 * 1024, ["TB"] = 1024m * 1024 * 1024 * 1024,
    };

    private static readonly Dictionary<string, decimal> Times = new(StringComparer.Ordinal)
    {
        ["us"] = 0.001m, ["ms"] = 1, ["s"] = 1000, ["min"] = 60_000, ["h"] = 3_600_000, ["d"] = 86_400_000,
    };

    /// <summary>Whether both mean the same.</summary>
    /// <param name="configured">As in postgresql.conf.</param>
    /// <param name="live">As in pg_settings.</param>
    public static bool IsSame(string configured, LiveSetting live) => live.Type switch
    {
        "bool" => Flag(configured) is { } flag && Flag(live.Value) == flag,
        "integer" or "real" => Number(configured, live.Unit) is { } number && Number(live.Value, live.Unit) is { } now && IsClose(number, now),
        "enum" => string.Equals(configured, live.Value, StringComparison.OrdinalIgnoreCase) || (Flag(configured) is { } word && Flag(live.Value) == word),
        _ => configured == live.Value,
    };

    /// <summary>The server's value for people, with its unit.</summary>
    public static string Of(LiveSetting live) => live.Value.Length == 0 ? "empty" : live.Unit.Length == 0 || live.Value is "0" or "-1" ? live.Value : UnitPattern().Match(live.Unit) is { Success: true } unit && unit.Groups["count"].Length > 0
        ? $"{decimal.Parse(live.Value, CultureInfo.InvariantCulture) * decimal.Parse(unit.Groups["count"].Value, CultureInfo.InvariantCulture)}{unit.Groups["unit"].Value}"
        : live.Value + live.Unit;

    // The server rounds to its base unit.
    private static bool IsClose(decimal configured, decimal live) => configured == live || Math.Round(configured) == live || Math.Abs(configured - live) < 0.000_001m;

    // In the base unit of the setting; a bare number is one already.
    private static decimal? Number(string text, string unit)
    {
        var match = NumberPattern().Match(text.Trim());
        if (!match.Success || !decimal.TryParse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return null;
        var given = match.Groups["unit"].Value;
        var scale = UnitPattern().Match(unit);
        if (given.Length == 0 || !scale.Success)
            return given.Length == 0 ? number : null;
        var table = Bytes.ContainsKey(scale.Groups["unit"].Value) ? Bytes : Times;
        var count = scale.Groups["count"].Length > 0 ? decimal.Parse(scale.Groups["count"].Value, CultureInfo.InvariantCulture) : 1;
        return table.TryGetValue(given, out var factor) && table.TryGetValue(scale.Groups["unit"].Value, out var one) ? number * factor / (one * count) : null;
    }

    private static bool? Flag(string text) => text.Trim().ToLowerInvariant() switch
    {
        "on" or "true" or "yes" or "1" or "t" or "y" => true,
        "off" or "false" or "no" or "0" or "f" or "n" => false,
        _ => null,
    };

    [GeneratedRegex(@"^(?<number>[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?) *(?<unit>[A-Za-z]*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NumberPattern();

    [GeneratedRegex("^(?<count>[0-9]*)(?<unit>[A-Za-z]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex UnitPattern();
}
