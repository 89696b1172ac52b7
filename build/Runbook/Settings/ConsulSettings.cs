namespace Runbook.Settings;

/// <summary>Registration of the server in Consul.</summary>
public sealed record ConsulSettings
{
    /// <summary>Name of the service, which has a check that the port answers. Empty: no service is registered.</summary>
    [Setting(Replaces = "consul_job_name")]
    public string ServiceName { get; init; } = "";

    /// <summary>
    /// Membership of the service in the mesh. <c>true</c>: it gets a sidecar proxy and a bridge network, which needs CNI plugins on the client. Its
    /// check asks the server with <c>pg_isready</c>; with <c>exec2</c>, which cannot run checks, it has none.
    /// </summary>
    [Setting(Replaces = "consul_connect")]
    public bool Connect { get; init; }
}
