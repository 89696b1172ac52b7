using System.Text.Json;
using System.Text.Json.Serialization;
using LocalNomad.Posix;

namespace LocalNomad.Supervision;

/// <summary>What a supervisor is to run.</summary>
internal sealed record RunSpec
{
    public required IReadOnlyList<string> Command { get; init; }
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
    public required string Directory { get; init; }
    /// <summary>Log files are this path and a number.</summary>
    public required string OutputLog { get; init; }
    public required string ErrorLog { get; init; }
    public required int MaxLogFiles { get; init; }
    public required long MaxLogBytes { get; init; }
}

internal sealed record RunStarted(ProcessIdentity Supervisor, ProcessIdentity Task);

internal sealed record RunEnded(int ExitCode, int Signal, string? StartError = null);

[JsonSerializable(typeof(RunSpec))]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunEnded))]
internal sealed partial class RunJson : JsonSerializerContext;

/// <summary>
/// The folder through which an agent and the supervisor of one start of a task speak. It outlives both: an agent
/// that comes later reads there what became of the task.
/// </summary>
internal sealed class RunFolder(string path)
{
    public string Path => path;

    private string Spec => System.IO.Path.Combine(path, "spec.json");

    private string Started => System.IO.Path.Combine(path, "started.json");

    private string Ended => System.IO.Path.Combine(path, "ended.json");

    private string Abandoned => System.IO.Path.Combine(path, "abandoned");

    public void Create(RunSpec spec)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write(Spec, JsonSerializer.SerializeToUtf8Bytes(spec, RunJson.Default.RunSpec));
    }

    public RunSpec ReadSpec() => JsonSerializer.Deserialize(File.ReadAllBytes(Spec), RunJson.Default.RunSpec)
        ?? throw new InvalidDataException($"{Spec} is empty.");

    public void WriteStarted(RunStarted started) =>
        AtomicFile.Write(Started, JsonSerializer.SerializeToUtf8Bytes(started, RunJson.Default.RunStarted));

    public RunStarted? ReadStarted() => File.Exists(Started)
        ? JsonSerializer.Deserialize(File.ReadAllBytes(Started), RunJson.Default.RunStarted)
        : null;

    public void WriteEnded(RunEnded ended) =>
        AtomicFile.Write(Ended, JsonSerializer.SerializeToUtf8Bytes(ended, RunJson.Default.RunEnded));

    public RunEnded? ReadEnded() => File.Exists(Ended)
        ? JsonSerializer.Deserialize(File.ReadAllBytes(Ended), RunJson.Default.RunEnded)
        : null;

    /// <summary>Held by the supervisor for its lifetime.</summary>
    /// <returns>Null if another process holds it.</returns>
    public FileStream? TryLock()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Tells a supervisor that was started but is not yet at work to leave the task alone.</summary>
    public void Abandon() => AtomicFile.Write(Abandoned, []);

    public bool IsAbandoned => File.Exists(Abandoned);
}
