using Runbook;
using Shouldly;

namespace Tests.Restore;

internal static class Guards
{
    /// <summary>A guard says no: exit code 3, nothing changed, the reason and the next command are named.</summary>
    public static void ShouldRefuse(Action plan, string reason, string next)
    {
        var refused = Should.Throw<RunbookException>(plan);
        refused.Code.ShouldBe(ExitCode.Refused);
        refused.State.ShouldBe("nothing was changed");
        refused.Message.ShouldContain(reason);
        refused.Next.ShouldContain(next);
    }
}
