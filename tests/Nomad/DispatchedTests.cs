using Runbook.Nomad;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Nomad;

public class DispatchedTests
{
    public static TheoryData<string, string, string, string> Reasons => new()
    {
        { "exit 1", "", "error: first\nerror: second\n", "first; second (exit code 1)" },
        { "exit 1", "2026-11-22 16:05:21.315 P00  ERROR: [082]: WAL segment was not archived\n", "", "2026-11-22 16:05:21.315 P00  ERROR: [082]: WAL segment was not archived (exit code 1)" },
        { "exit 1", "", "nothing of note\n", "exit code 1" },
        { "signal", "", "", "killed by signal 15" },
        { "memory", "", "error: x", "the kernel killed it: out of memory" },
        { "driver", "", "", "Driver Failure: exec is not allowed" },
        { "no task", "", "", "allocation 01234567 is failed" },
    };

    [Theory, MemberData(nameof(Reasons))]
    public void A_failure_has_a_reason(string end, string output, string error, string reason)
    {
        NomadTaskEvent[] events = end switch
        {
            "exit 1" => [Given.Ended(1)],
            "signal" => [Given.Ended(143, signal: 15)],
            "memory" => [Given.Ended(137, signal: 9, outOfMemory: true)],
            _ => [new NomadTaskEvent("Driver Failure", default, 0, 0, false, "exec is not allowed")],
        };
        var allocation = Given.Allocation("j", "failed", events) with { Id = "0123456789" };
        new Dispatched("j", end == "no task" ? allocation with { Tasks = [] } : allocation, output, error).Reason.ShouldBe(reason);
    }
}
