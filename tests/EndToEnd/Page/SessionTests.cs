using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.EndToEnd.Page;

/// <summary>How a page is read, and that nothing on our pages is typed in vain.</summary>
public sealed partial class SessionTests
{
    private static readonly string Page = """
        # Title
            ./build.sh Status
        ## One
            $ ./build.sh Check   # ends with 1
            data-room  1.00 GB free …
            # the disk is larger now
            $ ./build.sh Check
        ## Two
            ./build.sh Backups
        """.ReplaceLineEndings("\n");

    [Fact]
    public void What_is_typed_is_told_from_what_is_printed()
    {
        var session = Session.Of(Page).ShouldHaveSingleItem();
        session.Heading.ShouldBe("One");
        session.Lines.Select(l => (l.Text, l.IsRemark, l.ExitCode, l.Shown.Count)).ShouldBe(
            [("./build.sh Check", false, 1, 1), ("the disk is larger now", true, 0, 0), ("./build.sh Check", false, 0, 0)]);
    }

    [Theory]
    [InlineData("backup set 20261122-173506F: full, 30.8 MB", "backup set 20261123-000000F: full, 4.12 kB", true)]
    [InlineData("done in 3.1 s", "done in 2 min 4 s", true)]
    [InlineData("kept as /srv/pg/data/15/main.kept-20261122-205639", "kept as /tmp/x/y/main.kept-20261123-111111", true)]
    [InlineData("reached: …, timeline 2", "reached: no commit replayed, WAL 0/5000100, timeline 3", true)]
    [InlineData("      1000", " 1000", true)]
    [InlineData("        11", "    10", false)]
    [InlineData("state: running", "state: stopped", false)]
    [InlineData("one\ntwo", "two\none", false)]
    public void Lines_are_compared_but_for_their_numbers(string shown, string printed, bool fits) =>
        (Session.Missing(shown.Split('\n'), printed).Count == 0).ShouldBe(fits);

    public static TheoryData<string> Pages =>
    [
        "README.md", "CONTRIBUTING.md", .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(f => Path.GetRelativePath(Repository.Root, f)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_on_it_has_targets_and_options_that_there_are(string page)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, ".nuke", "build.schema.json")));
        var targets = schema.RootElement.GetProperty("definitions").GetProperty("ExecutableTarget").GetProperty("enum").EnumerateArray().Select(t => t.GetString()!).ToHashSet(StringComparer.Ordinal);
        var options = Regex.Matches(schema.RootElement.GetRawText(), "\"([A-Z][A-Za-z]+)\": \\{").Select(m => m.Groups[1].Value.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        // The host's own, which is no parameter.
        options.Add("COMPLETION");
        foreach (var words in Typed().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(m => m.Groups["words"].Value))
        {
            foreach (var option in Option().Matches(words).Select(m => m.Groups["name"].Value))
                options.ShouldContain(option.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant(), $"./build.sh {words}");
            foreach (var target in words.Split(' ').TakeWhile(w => w.Length > 0 && char.IsAsciiLetterUpper(w[0])))
                targets.ShouldContain(target, $"./build.sh {words}");
        }
    }

    // Up to what ends a command on a line, or in a sentence.
    [GeneratedRegex(@"\./build\.sh (?<words>[^`|\n#']*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Typed();

    [GeneratedRegex(@"(?<=^| )--(?<name>[a-z][a-z-]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Option();
}
