namespace Runbook.Settings;

/// <summary>Everything one cluster is configured with: immutable, validated, free of secret values.</summary>
public sealed record ClusterSettings
{
    /// <summary>Connection to Nomad, and placement and driver of the jobs.</summary>
    public required NomadSettings Nomad { get; init; }

    /// <summary>The server, its databases and users.</summary>
    public required PostgresSettings Postgres { get; init; }

    /// <summary>Host volumes: the three directories that outlive a task.</summary>
    public VolumeSettings Volumes { get; init; } = new();

    /// <summary>Registration of the server in Consul.</summary>
    public ConsulSettings Consul { get; init; } = new();

    /// <summary>Backups: repositories, schedules, retention.</summary>
    public PgbackrestSettings Pgbackrest { get; init; } = new();

    /// <summary>Confirmations of <c>Deploy</c>.</summary>
    public DeploySettings Deploy { get; init; } = new();

    /// <summary>Use of Terraform, if it is the engine.</summary>
    public TerraformSettings Terraform { get; init; } = new();

    /// <summary>Whether Terraform submits what keeps running.</summary>
    public bool UsesTerraform => Nomad.Engine == Engine.Terraform;

    /// <summary>What an operator types to confirm the destruction of this cluster.</summary>
    public string ClusterName => Postgres.JobName;

    /// <summary>The live data directory, as a task on the node sees it.</summary>
    public string DataDirectory => $"{Volumes.Data.Path.TrimEnd('/')}/{Postgres.Version}/{Postgres.Cluster}";

    /// <summary>
    /// The runbook's own directory on the data volume: state of a restore, locks, generated passwords. It lies beside
    /// the data directory because a restore swaps that one by rename.
    /// </summary>
    public string StateDirectory => DataDirectory + ".runbook";

    /// <summary>Whether there is a repository: without one there are no backups and no restores.</summary>
    public bool HasBackups => Pgbackrest.Repositories.Count > 0;
}
