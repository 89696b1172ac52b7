namespace Runbook.Settings;

/// <summary>Registration of the server in Consul.</summary>
public sealed record ConsulSettings
{
    /// <summary>Name of the service, with a check that the port answers. Empty: nothing is registered.</summary>
    [Setting(Replaces = "consul_job_name")]
    public string ServiceName { get; init; } = "";

    /// <summary>Whether the service is in the mesh: a sidecar proxy and a bridge network, which needs CNI plugins on the client. Its check asks the server through <c>pg_isready</c>; under <c>exec2</c>, which cannot run checks, there is none.</summary>
    [Setting(Replaces = "consul_connect")]
    public bool Connect { get; init; }
}
