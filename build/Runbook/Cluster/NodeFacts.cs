using System.Collections.Immutable;
using System.Globalization;
using Runbook.Node;
using Runbook.Wal;

namespace Runbook.Cluster;

/// <summary>What the node said of its volume and programs.</summary>
public sealed record NodeFacts
{
    /// <summary>Nomad's name of the node; of the host where Nomad did not tell.</summary>
    public string Node { get; init; } = "";

    /// <summary>Full version of the installed PostgreSQL, such as 15.18; empty when it is not installed.</summary>
    public string PostgresVersion { get; init; } = "";

    /// <summary>Version of the installed pgBackRest; empty when it is not installed or not configured.</summary>
    public string PgbackrestVersion { get; init; } = "";

    /// <summary>Free bytes on the data volume.</summary>
    public long DiskFree { get; init; }

    /// <summary>Whether a cluster lies in the data directory.</summary>
    public bool DataPresent { get; init; }

    /// <summary>Major version of that cluster.</summary>
    public string DataVersion { get; init; } = "";

    /// <summary>The data directory as the host calls it.</summary>
    public string DataDirectory { get; init; } = "";

    /// <summary>What lies in it is the cluster that Debian's tools know by our version and name.</summary>
    public bool DataDebian { get; init; }

    /// <summary>Whether this runbook made, restored or took over that cluster; null when there is none, or the node did not say.</summary>
    public bool? DataOurs { get; init; }

    /// <summary>A standby.signal in it that no restore of ours has left; empty when there is none.</summary>
    public string DataSignal { get; init; } = "";

    /// <summary>The task that holds the data directory; null when none does.</summary>
    public DataHolder? Holder { get; init; }

    /// <summary>A server that is not ours on the data directory, running or killed; null when there is no trace of one.</summary>
    public ForeignServer? Foreign { get; init; }

    /// <summary>Bytes of the data directory.</summary>
    public long DataBytes { get; init; }

    /// <summary>System identifier of that cluster.</summary>
    public string SystemIdentifier { get; init; } = "";

    /// <summary>pg_controldata's cluster state, such as "in production".</summary>
    public string ControlState { get; init; } = "";

    /// <summary>Timeline: of the running server, else of the last checkpoint; 0 when unknown.</summary>
    public uint Timeline { get; init; }

    /// <summary>Segments that wait to be archived.</summary>
    public int UnarchivedWal { get; init; }

    /// <summary>Whether the running server is still replaying WAL; null when it gave no answer.</summary>
    public bool? Recovering { get; init; }

    /// <summary>Someone else than our server listens on its port.</summary>
    public bool PortBusy { get; init; }

    /// <summary>The restore under way; null when there is none.</summary>
    public RestoreState? Restore { get; init; }

    /// <summary>How far the restore under way has come.</summary>
    public RestoreProgress Progress { get; init; } = RestoreProgress.None;

    /// <summary>The staged server answers, on its socket folder beside that of the server.</summary>
    public bool Staged { get; init; }

    /// <summary>The newest restore that was carried through; null when none is on record.</summary>
    public LastRestore? LastRestore { get; init; }

    /// <summary>The restore that ended last; null when none is on record.</summary>
    public EndedRestore? LastEnded { get; init; }

    /// <summary>Who holds the scheduled backups back, since when and why; null when nobody does.</summary>
    public SchedulePause? Paused { get; init; }

    /// <summary>The last run of each schedule that has had one.</summary>
    public ImmutableDictionary<BackupType, ScheduledRun> Runs { get; init; } = ImmutableDictionary<BackupType, ScheduledRun>.Empty;

    /// <summary>Bytes of the live directory's WAL.</summary>
    public long WalBytes { get; init; }

    /// <summary>Previous data directories that earlier restores kept.</summary>
    public ImmutableArray<KeptDirectory> Kept { get; init; } = [];

    /// <summary>The settings that need no restart, and the whole pg_hba.conf, have been delivered to this volume.</summary>
    public bool ConfPresent { get; init; }

    /// <summary>Sum of the settings that need no restart and of pg_hba.conf on this volume; empty before the first delivery.</summary>
    public string ConfSum { get; init; } = "";

    /// <summary>A task of the server, or a restore, holds the data directory: the server may be starting or recovering.</summary>
    public bool DataHeld { get; init; }

    /// <summary>Fingerprint of the databases and script that were last set up.</summary>
    public string InitFingerprint { get; init; } = "";

    /// <summary>Fingerprint of the secrets that were last delivered.</summary>
    public string SecretsFingerprint { get; init; } = "";

    /// <summary>What the repository holds; null when there is none or it did not answer.</summary>
    public RepositoryInfo? Repository { get; init; }

    /// <summary>The repositories that whoever answered is configured with; none when it did not say.</summary>
    public ImmutableArray<ConfiguredRepository> Configured { get; init; } = [];

    /// <summary>Why the repository did not answer; empty when it did.</summary>
    public string RepositoryError { get; init; } = "";

    /// <summary>How each repository does, also where none of them answers; none when nothing was said of them.</summary>
    public ImmutableArray<RepositoryStatus> Repositories { get; init; } = [];

    /// <summary>What the cluster found when it last checked itself; null when it never did.</summary>
    public PeriodicCheck? Check { get; init; }

    /// <summary>What tells whether it is healthy; null when that was not asked for.</summary>
    public HealthFacts? Health { get; init; }

    /// <summary>What its host is like; null when that was not asked for.</summary>
    public HostFacts? Host { get; init; }

    /// <summary>Reads the lines <c>fact KEY VALUE</c> among whatever else was printed.</summary>
    public static NodeFacts Parse(string text, string stanza)
    {
        var facts = new FactLines(text);
        string Value(string key) => facts.Value(key);
        long Number(string key) => facts.Number(key);
        var info = Value("info").Length > 0 ? RepositoryInfo.Parse(Value("info"), stanza) : null;
        // The command ends with 0 for a repository that cannot be reached, too.
        var dead = info is { Repositories.IsEmpty: false } && info.Repositories.All(r => r.IsUnreadable);
        return new NodeFacts
        {
            Node = Value("node"),
            PostgresVersion = Value("postgres.version"),
            PgbackrestVersion = Value("pgbackrest.version"),
            DiskFree = Number("disk"),
            DataPresent = Value("data.present") == "true",
            DataVersion = Value("data.version"),
            DataOurs = Value("data.ours") switch { "true" => true, "false" => false, _ => null },
            DataDebian = Value("data.debian") == "true",
            DataSignal = Value("data.signal"),
            Holder = DataHolder.Parse(facts),
            Foreign = ForeignServer.Parse(facts),
            DataBytes = Number("data.bytes"),
            SystemIdentifier = Value("control.system"),
            ControlState = Value("control.state"),
            Timeline = (uint)(Number("server.timeline") is > 0 and var live ? live : Number("control.timeline")),
            UnarchivedWal = (int)Number("wal.unarchived"),
            Recovering = Value("server.recovering") switch { "t" => true, "f" => false, _ => null },
            PortBusy = Value("port.busy") == "true",
            Restore = RestoreState.Parse(facts),
            Progress = new RestoreProgress(
                Value("progress.replayed"), Value("progress.commit"), Value("progress.end"),
                Number("progress.moved") is > 0 and var moved && Number("clock") is > 0 and var clock
                    ? TimeSpan.FromSeconds(Math.Max(0, clock - moved)) : null),
            Staged = Value("staged") == "true",
            LastRestore = Value("last.restore").Split(' ') is [var took, var bytes]
                && long.TryParse(took, CultureInfo.InvariantCulture, out var seconds) && long.TryParse(bytes, CultureInfo.InvariantCulture, out var size)
                ? new LastRestore(TimeSpan.FromSeconds(seconds), size) : null,
            LastEnded = Value("last.ended").Split(' ') is [{ Length: > 0 } ended, var phase, var source] ? new EndedRestore(ended, phase, source) : null,
            Paused = SchedulePause.Parse(facts),
            Runs = Enum.GetValues<BackupType>().Select(type => (Type: type, Run: ScheduledRun.Parse(facts, type)))
                .Where(r => r.Run is not null).ToImmutableDictionary(r => r.Type, r => r.Run!),
            WalBytes = Number("wal.bytes"),
            Kept = [.. facts.All("kept").Select(KeptDirectory.Parse).OfType<KeptDirectory>()],
            ConfPresent = Value("conf.present") == "true",
            ConfSum = Value("conf.sum"),
            DataHeld = Value("data.held") == "true",
            InitFingerprint = Value("init.fingerprint"),
            SecretsFingerprint = Value("secrets.fingerprint"),
            Repository = dead ? null : info,
            Configured = ConfiguredRepository.Parse(facts),
            RepositoryError = dead ? info!.Message : StorageTrouble.Explain(Value("info.error")),
            Repositories = info?.Repositories ?? [],
            Check = PeriodicCheck.Parse(facts),
            Host = HostFacts.Parse(facts),
            Health = HealthFacts.Parse(facts, text),
        };
    }
}

/// <summary>A previous data directory.</summary>
/// <param name="Id">Of the restore that kept it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="KeptAt">When it was set aside.</param>
/// <param name="Path">On the node.</param>
public sealed record KeptDirectory(string Id, long Bytes, DateTimeOffset KeptAt, string Path)
{
    internal static KeptDirectory? Parse(string line) =>
        line.Split(' ', 4) is [var id, var bytes, var at, var path]
            && long.TryParse(bytes, CultureInfo.InvariantCulture, out var size) && long.TryParse(at, CultureInfo.InvariantCulture, out var seconds)
            ? new KeptDirectory(id, size, DateTimeOffset.FromUnixTimeSeconds(seconds), path)
            : null;
}
