using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tests.Architecture;

/// <summary>Data flows one way. A folder may use those that its row names and itself; nothing else.</summary>
public partial class DirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Config"] = [],
        ["Cli"] = [],
        ["Render"] = ["Config"],
        ["Watch"] = ["Cli"],
        ["Facts"] = ["Config", "Cli", "Watch"],
        ["Plan"] = ["Config", "Render", "Cli", "Facts"],
        ["Run"] = ["Config", "Render", "Cli", "Watch", "Facts", "Plan"],
        ["Report"] = ["Config", "Render", "Cli", "Watch", "Facts", "Plan", "Run"],
        ["Procedures"] = ["Config", "Render", "Cli", "Watch", "Facts", "Plan", "Run", "Report"],
    };

    public static TheoryData<string> Folders => [.. Allowed.Keys];

    [Fact]
    public void Every_folder_has_a_row() =>
        Directory.GetDirectories(Config.Repository.PathOf("build", "Runbook")).Select(d => Path.GetFileName(d)!).Where(d => d is not ("bin" or "obj")).Order()
            .ShouldBe(Allowed.Keys.Order());

    [Fact]
    public void The_rows_hold_no_circle()
    {
        var order = Allowed.Keys.ToList();
        Allowed.ShouldAllBe(row => row.Value.All(used => order.IndexOf(used) < order.IndexOf(row.Key)));
    }

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_uses_what_its_row_allows(string folder)
    {
        foreach (var (path, code) in Sources.Below($"build/Runbook/{folder}"))
        {
            if (code.Contains("namespace ", StringComparison.Ordinal))
                code.ShouldContain($"namespace Runbook.{folder};", customMessage: path);
            Used().Matches(code).Select(m => m.Groups["folder"].Value).Where(Allowed.ContainsKey).Except([folder, .. Allowed[folder]])
                .ShouldBeEmpty($"{path} uses what stands behind it in the flow");
        }
    }

    [GeneratedRegex(@"(?:\bRunbook\.|(?<![\w.])(?=[A-Z][a-z]+\.[A-Z]))(?<folder>[A-Z][A-Za-z]+)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Used();
}
