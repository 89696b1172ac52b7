using Shouldly;
using Xunit;

namespace Tests.Settings;

/// <summary>The page for those who come from the old module knows each of its variables and the setting that replaces it.</summary>
public class MigratingTests
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf("docs", "migrating.md"));

    public static TheoryData<string, string> Homes =>
        [.. SettingsReference.All.Where(e => e.Rules.Replaces.Length > 0).Select(e => (e.Rules.Replaces, e.Path))];

    [Theory, MemberData(nameof(Homes))]
    public void Every_variable_is_mapped_to_its_setting(string variable, string setting) =>
        Lines.ShouldContain(line => line.StartsWith($"| `{variable}` |", StringComparison.Ordinal) && line.Contains($"`{setting}`"));

    [Fact]
    public void No_setting_is_named_that_does_not_exist()
    {
        var known = SettingsReference.All.Select(e => e.Path).ToHashSet();
        Lines.Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('|')[2]).SelectMany(cell => cell.Split('`').Where((_, i) => i % 2 == 1))
            .Where(word => word.Contains('.', StringComparison.Ordinal) && !known.Contains(word)).ShouldBeEmpty();
    }
}
