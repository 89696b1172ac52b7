using Microsoft.Extensions.Time.Testing;
using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Steps;
using Tests.Cluster;
using Tests.Nomad;

namespace Tests.Steps;

internal static class GivenSteps
{
    /// <summary>What carries out steps against a Nomad in memory.</summary>
    public static StepExecutor Executor(FakeNomad nomad, RecordingListener listener, FakeTimeProvider time, TerraformEngine? terraform = null)
    {
        var dispatcher = new Dispatcher(nomad.Client, time);
        var node = new NodeChannel(Given.Settings, "# scripts", nomad.Client, dispatcher);
        var secrets = SecretBundle.Resolve(Given.Settings, new SecretResolver(_ => null));
        return new StepExecutor(
            Given.Settings, nomad.Client, dispatcher, new ClusterReader(Given.Settings, nomad.Client, node), node, secrets, "ann@desk", listener, time)
        {
            Terraform = terraform,
        };
    }
}
