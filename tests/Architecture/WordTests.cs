using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tests.Architecture;

/// <summary>What a person reads is plain, present-day technical English: of the words that it is not, the worst.</summary>
public partial class WordTests
{
    // The stand-in answers in Nomad's words.
    private static readonly string[] Folders = ["build/Runbook", "build/Host", "build/Sandbox"];

    [Fact]
    public void The_product_prints_none_of_them()
    {
        var printed = Folders.SelectMany(folder => Sources.TextsBelow(folder)).Concat(Sources.TextsBelow("build", topOnly: true)).ToList();
        printed.Count.ShouldBeGreaterThan(2000);
        printed.Where(p => Refused().IsMatch(p.Text)).Select(p => $"{p.Path}: {p.Text}").ShouldBeEmpty();
    }

    [Fact]
    public void The_scripts_print_none_of_them() =>
        Directory.EnumerateFiles(Settings.Repository.PathOf("templates", "scripts"), "*.sh")
            .SelectMany(path => File.ReadLines(path).Where(l => Prints().IsMatch(l) && !l.TrimStart().StartsWith('#')).Select(l => (Path: Path.GetFileName(path), Line: l)))
            .Where(l => Refused().IsMatch(l.Line)).Select(l => $"{l.Path}: {l.Line.Trim()}").ShouldBeEmpty();

    [Theory]
    [InlineData("the backup set stands in the repository", true), InlineData("mend the repository", true), InlineData("there is nobody to ask", true)]
    [InlineData("the backup set is in the repository", false), InlineData("fix the repository", false), InlineData("a recommendation", false)]
    public void They_are_told_apart(string text, bool refused) => Refused().IsMatch(text).ShouldBe(refused);

    [GeneratedRegex(
        @"\b(stands (in|there|twice|at|already)|lies? (in|at|on|behind|before|there)|(mend|mended|mends)\b|anew\b|once more|[Ww]hoever\b|[Nn]obody\b|goes on\b|going on\b|is at work|still at work|under way|for want of|in case of need|otherwise than|heard of|of late\b|shall\b|yet to come|the way back)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Refused();

    [GeneratedRegex(@"\b(say|fail|echo|printf|refuse)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Prints();
}
