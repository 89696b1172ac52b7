namespace Runbook.Config;

/// <summary>Registration of the server in Consul.</summary>
public sealed record ConsulSettings
{
    /// <summary>Name of the service, with a TCP check. Empty: nothing is registered.</summary>
    [Setting(Replaces = "consul_job_name")]
    public string ServiceName { get; init; } = "";

    /// <summary>Whether the service is in the mesh: a sidecar proxy and a bridge network, which needs CNI plugins on the client.</summary>
    [Setting(Replaces = "consul_connect")]
    public bool Connect { get; init; }
}
