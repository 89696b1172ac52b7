using System.Globalization;

namespace Tests.EndToEnd;

/// <summary>What the targets that prove something at length pass on to their test.</summary>
internal static class Prove
{
    /// <summary>How often; the test's own number when nothing was said.</summary>
    public static int Runs(int usual) => Number("PROVE_RUNS") is > 0 and var runs ? runs : usual;

    /// <summary>Numbers that are joined by commas; none when nothing was said.</summary>
    public static IReadOnlyList<int> Numbers(string name) =>
        [.. (Environment.GetEnvironmentVariable(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, NumberStyles.None, CultureInfo.InvariantCulture))];

    /// <summary>A number from the environment; 0 when nothing was said.</summary>
    public static int Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
