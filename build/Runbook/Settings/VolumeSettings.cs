namespace Runbook.Settings;

/// <summary>The three places that outlive a task.</summary>
public sealed record VolumeSettings
{
    /// <summary>Data directories, and next to them the state of the runbook.</summary>
    public VolumeSetting Data { get; init; } = new("postgres-data", "/var/lib/postgresql");

    /// <summary>Socket of the server.</summary>
    public VolumeSetting Socket { get; init; } = new("postgres-socket", "/var/run/postgresql");

    /// <summary>Logs of pgBackRest.</summary>
    public VolumeSetting Log { get; init; } = new("postgres-log", "/var/log/postgresql");
}

/// <summary>One volume: what Nomad calls it and where a task finds it.</summary>
public sealed record VolumeSetting
{
    /// <summary>A volume of this name and path.</summary>
    /// <param name="name">Name of the Nomad host volume.</param>
    /// <param name="path">Absolute path.</param>
    public VolumeSetting(string name, string path)
    {
        Name = name;
        Path = path;
    }

    /// <summary>Name of the Nomad host volume. Not used with <c>raw_exec</c>.</summary>
    [Setting(NotEmpty = true, Replaces = "postgres_host_volumes_name")]
    public string Name { get; init; }

    /// <summary>Path at which the volume is mounted. With <c>raw_exec</c> and <c>exec2</c>: the directory on the host.</summary>
    [Setting(NotEmpty = true)]
    public string Path { get; init; }
}
