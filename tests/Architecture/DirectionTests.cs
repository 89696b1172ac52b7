using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tests.Architecture;

/// <summary>The core's rooms build on each other in one order; a subject's room uses the core and no other subject.</summary>
public partial class DirectionTests
{
    // Each may use those before it.
    private static readonly string[] Core = ["Output", "Settings", "Nomad", "Render", "Node", "Wal", "Cluster", "Steps", "Run"];

    private static readonly string[] Subjects = ["Backups", "Checks", "Deploy", "Restore", "Schedules", "Secrets", "Status"];

    // What decides and what renders: facts in, values out.
    private static readonly string[] Pure = ["Output", "Render", "Wal"];

    public static TheoryData<string> Rooms => [.. Core, .. Subjects];

    [Fact]
    public void Every_folder_is_a_room() =>
        Directory.GetDirectories(Settings.Repository.PathOf("build", "Runbook")).Select(d => Path.GetFileName(d)!).Where(d => d is not ("bin" or "obj"))
            .ShouldBe([.. Core, .. Subjects], ignoreOrder: true);

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_uses_what_it_may(string room)
    {
        string[] allowed = [room, .. Subjects.Contains(room) ? Core : Core.TakeWhile(r => r != room)];
        foreach (var (path, code) in Sources.Below($"build/Runbook/{room}"))
        {
            if (code.Contains("namespace ", StringComparison.Ordinal))
                code.ShouldContain($"namespace Runbook.{room};", customMessage: path);
            Used().Matches(code).Where(IsRoom).Select(m => m.Groups["room"].Value).Except(allowed).ShouldBeEmpty($"{path} uses a room that it must not know");
        }
    }

    // A planner decides by what it is given; it asks nobody.
    [Fact]
    public void What_decides_starts_nothing()
    {
        var deciding = Sources.Below("build/Runbook")
            .Where(s => Pure.Any(room => s.Path.StartsWith($"build/Runbook/{room}/", StringComparison.Ordinal)) || Deciding().IsMatch(s.Path)).ToList();
        deciding.Count.ShouldBeGreaterThan(60);
        deciding.Where(s => Asks().IsMatch(s.Code)).Select(s => s.Path).ShouldBeEmpty();
    }

    // Beside a name in full, half of one: a room and a type in it, and no property that has the room's name.
    private static bool IsRoom(Match match) =>
        (Core.Contains(match.Groups["room"].Value) || Subjects.Contains(match.Groups["room"].Value))
        && (match.Groups["full"].Success || Directory.EnumerateFiles(
            Settings.Repository.PathOf("build", "Runbook", match.Groups["room"].Value), $"{match.Groups["type"].Value}.cs", SearchOption.AllDirectories).Any());

    [GeneratedRegex(@"(?:(?<full>\bRunbook\.)|(?<![\w.]))(?<room>[A-Z][A-Za-z]+)(?:\.(?<type>[A-Z]\w+)|;)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Used();

    [GeneratedRegex(@"(Planner|Rules?|Guards?|Notes|Words|Facts)\.cs$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Deciding();

    [GeneratedRegex(@"\bawait\b|\bIProcessGate\b|\bNomadClient\b(?!\.)|\bNodeChannel\b|\bDispatcher\b|\bTimeProvider\.System\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Asks();
}
