using Shouldly;

namespace Tests.Scripts;

/// <summary>
/// Ends a script before each of its renames, which are its only points of no return, and does next what an operator does then. The script runs once: before
/// each rename its node is kept as a kill would leave it, and every such moment is gone on from. That a kill leaves nothing else, locks and processes
/// among it, is for the end-to-end tests to show.
/// </summary>
internal static class KillSweep
{
    // More than any script has renames.
    private const int Most = 60;

    /// <summary>Runs it to its end, and goes on from the moments before that.</summary>
    /// <param name="every">Goes on from every so many of them; 1 for each.</param>
    /// <param name="atLeast">Fewer renames than that prove nothing.</param>
    /// <param name="given">Sets the scene.</param>
    /// <param name="run">What is killed; has to end with 0 where it is not.</param>
    /// <param name="goesOn">What is done on the node as the kill left it, and what has to hold then.</param>
    public static void Of(int every, int atLeast, Action<Node> given, Func<Node, Said> run, Action<Node> goesOn)
    {
        using var node = new Node();
        given(node);
        node.Record();
        var whole = run(node);
        whole.Code.ShouldBe(0, whole.Error);
        var moments = node.Moments;
        moments.ShouldBeInRange(atLeast, Most);
        for (var call = 1; call <= moments; call += every)
        {
            node.GoBackTo(call);
            Should.NotThrow(() => goesOn(node), $"killed before call {call}");
        }
    }
}
