using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Node;
using Runbook.Nomad;
using Shouldly;
using Tests.Nomad;
using Xunit;

namespace Tests.Cluster;

public class DeliveryTests
{
    private readonly FakeNomad _nomad = new();

    // The task that waited goes on with the last file and may end before the command beside it has: its own end tells whether all came.
    [Theory]
    [InlineData(137, "", true, false), InlineData(137, "", false, true)]
    [InlineData(1, "error: cannot write new-f1/fingerprint", true, true), InlineData(0, "", true, false)]
    public async Task A_command_that_ended_with_its_task_is_no_failure_of_the_last_file(int code, string said, bool isLast, bool fails)
    {
        _nomad.OnExec = _ => (code, "", said);
        var node = new NodeChannel(Given.Settings, "", _nomad.Client, new Dispatcher(_nomad.Client, new FakeTimeProvider()));
        var allocation = Given.Allocation("pgbackrest/dispatch-1", "running", Given.Ended(0));
        var delivery = node.DeliverAsync(allocation, "f1/fingerprint", "f1", isLast, TestContext.Current.CancellationToken);
        if (fails)
            (await Should.ThrowAsync<RunbookException>(delivery)).Message.ShouldContain("did not take the secret f1/fingerprint");
        else
            await delivery;
    }
}
