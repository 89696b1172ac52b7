namespace Runbook.Settings;

/// <summary>Where and how the jobs run.</summary>
public sealed record NomadSettings
{
    /// <summary>
    /// Address of the Nomad API, for example <c>https://nomad.example.com:4646</c>. Empty: the environment variable <c>NOMAD_ADDR</c> decides, as for
    /// every <c>nomad</c> command.
    /// </summary>
    public string Address { get; init; } = "";

    /// <summary>Region of Nomad. Empty: the region of the agent that is asked.</summary>
    public string Region { get; init; } = "";

    /// <summary>Namespace of Nomad. Empty: the default namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Datacenter of every job. Wildcards need Nomad 1.5 and are refused.</summary>
    [Setting(NotEmpty = true, Replaces = "datacenter_name")]
    public required string Datacenter { get; init; }

    /// <summary>
    /// Name of the one node that holds the data. Empty: any node that offers the volumes. Set it if more than one node offers them: a restore must
    /// never use the data of another node.
    /// </summary>
    public string Node { get; init; } = "";

    /// <summary>
    /// Task driver of every job. <c>exec</c> gives each task its own root directory and mounts the host volumes there. <c>raw_exec</c> and
    /// <c>exec2</c> use the host's paths.
    /// </summary>
    public TaskDriver Driver { get; init; } = TaskDriver.Exec;

    /// <summary>Purge of stopped jobs. <c>true</c>: a stopped job is also removed from Nomad, with its history.</summary>
    [Setting(Replaces = "purge_on_destroy")]
    public bool PurgeOnStop { get; init; }

    /// <summary>
    /// Tool that submits and stops the jobs that keep running: the server, its schedules and its check. One-off jobs are always submitted by
    /// <c>nomad</c>.
    /// </summary>
    public Engine Engine { get; init; } = Engine.Nomad;
}

/// <summary>Who submits what keeps running.</summary>
public enum Engine
{
    /// <summary>The command <c>nomad</c>.</summary>
    Nomad,

    /// <summary>Terraform, from the root module that RenderJobs writes to <c>jobs/&lt;profile&gt;/terraform</c>.</summary>
    Terraform,
}

/// <summary>How Nomad starts a task.</summary>
public enum TaskDriver
{
    /// <summary>A root directory, cgroup and namespaces for every task; needs a client that runs as root.</summary>
    Exec,

    /// <summary>A plain process on the host; must be enabled on the client.</summary>
    RawExec,

    /// <summary>The plugin that confines a process with Landlock; it cannot mount volumes, so paths are unveiled instead.</summary>
    Exec2,
}
