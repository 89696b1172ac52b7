using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tests.Architecture;

/// <summary>Habits that the compiler does not hold.</summary>
public class HabitTests
{
    // Threads of the stand-in's agent that have nothing else to do than to wait for processes or for a disk.
    private static readonly string[] MaySleep =
    [
        "build/LocalNomad/Running/AllocationContext.cs", "build/LocalNomad/Running/SupervisedProcess.cs", "build/LocalNomad/Supervision/Supervisor.cs",
    ];

    public static TheoryData<string, string> Refused => new()
    {
        { @"\bDateTime(Offset)?\.(Utc)?Now\b", "the clock is a TimeProvider, so that tests can turn it" },
        { @"\basync void\b", "nobody sees how it ends" },
        { @"\bNotImplementedException\b", "there are no stubs" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void It_is_not_done(string pattern, string reason) => Sources.Below("build")
        .Where(s => Regex.IsMatch(s.Code, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5))).Select(s => s.Path).ShouldBeEmpty(reason);

    [Fact]
    public void Nobody_sleeps_for_luck() => Sources.Below("build")
        .Where(s => s.Code.Contains("Thread.Sleep", StringComparison.Ordinal)).Select(s => s.Path).Order(StringComparer.Ordinal)
        .ShouldBe(MaySleep, ignoreOrder: false, "wait on a condition with a deadline");

    [Fact]
    public void Processes_are_started_through_the_gate() => Sources.Below("build/Runbook")
        .Where(s => Regex.IsMatch(s.Code, @"\bProcess\.Start\b|\bProcessStartInfo\b|\bCliWrap\b", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)))
        .Select(s => Path.GetFileName(s.Path)).ShouldBe(["ProcessGate.cs"]);
}
