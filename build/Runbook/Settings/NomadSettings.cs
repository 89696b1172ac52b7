namespace Runbook.Settings;

/// <summary>Where and how the jobs run.</summary>
public sealed record NomadSettings
{
    /// <summary>Address of the Nomad API, for example <c>https://nomad.example.com:4646</c>. Empty: <c>NOMAD_ADDR</c> of the environment decides, as for every Nomad command.</summary>
    public string Address { get; init; } = "";

    /// <summary>Nomad region. Empty: the one of the agent that is asked.</summary>
    public string Region { get; init; } = "";

    /// <summary>Nomad namespace. Empty: the default one.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Datacenter in which every job is placed. Wildcards need Nomad 1.5 and are refused.</summary>
    [Setting(NotEmpty = true, Replaces = "datacenter_name")]
    public required string Datacenter { get; init; }

    /// <summary>Name of the one node that holds the data. Empty: any node that offers the volumes. Name it when more than one does: a restore must never meet another node's data.</summary>
    public string Node { get; init; } = "";

    /// <summary>Task driver of every job. <c>exec</c> mounts the host volumes into a root of its own for every task; <c>raw_exec</c> and <c>exec2</c> see the host's paths.</summary>
    public TaskDriver Driver { get; init; } = TaskDriver.Exec;

    /// <summary>Whether a stopped job is also removed from Nomad, with its history.</summary>
    [Setting(Replaces = "purge_on_destroy")]
    public bool PurgeOnStop { get; init; }

    /// <summary>Who submits and stops what keeps running: the server, its schedules and its check. The one-off jobs are always submitted by <c>nomad</c>.</summary>
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
