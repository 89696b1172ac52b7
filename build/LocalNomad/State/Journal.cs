using System.Text.Json;
using LocalNomad.Supervision;

namespace LocalNomad.State;

/// <summary>The state could not be put on disk: what was asked for did not happen.</summary>
internal sealed class StateWriteException(IOException cause) : IOException($"the state could not be written: {cause.Message}", cause);

/// <summary>
/// The state on disk: one line for each set of changes, on disk before anybody acts on it. A line that an agent's
/// death cut short never happened. When the file has grown it is replaced by one line that holds the whole state.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const long SmallEnough = 4 * 1024 * 1024;

    private readonly string _path;
    private FileStream _file;
    private long _compactAt;

    private Journal(string path, FileStream file)
    {
        (_path, _file) = (path, file);
        _compactAt = Math.Max(SmallEnough, file.Length * 2);
    }

    public static (Journal Journal, ClusterState State) Open(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            // Unbuffered: what could not be written must not come up again with the next line.
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var state = new ClusterState();
        var whole = 0;
        while (content.AsSpan(whole).IndexOf((byte)'\n') is >= 0 and var length)
        {
            var set = Read(content.AsSpan(whole, length), path, whole);
            state = set.Changes.Aggregate(state, (current, change) => change.Apply(current)) with { Index = set.Index };
            whole += length + 1;
        }

        file.SetLength(whole);
        file.Position = whole;
        return (new Journal(path, file), state);
    }

    /// <exception cref="StateWriteException">It could not be written, as on a full disk; the journal is as it was.</exception>
    public void Append(ChangeSet set)
    {
        var end = _file.Length;
        try
        {
            Write(_file, set);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            // Half a line would spoil the one after it.
            _file.SetLength(end);
            _file.Seek(0, SeekOrigin.End);
            throw new StateWriteException(error);
        }
    }

    /// <summary>Replaces the history by the state it led to, once it has grown large.</summary>
    public void CompactIfLarge(ClusterState state)
    {
        if (_file.Length >= _compactAt)
            Compact(state);
    }

    /// <summary>Replaces the history by the state it led to.</summary>
    public void Compact(ClusterState state)
    {
        try
        {
            using var snapshot = new MemoryStream();
            Write(snapshot, Snapshot(state));
            AtomicFile.Write(_path, snapshot.ToArray());
            _file.Dispose();
            _file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (IOException)
        {
            // No room for the short form beside the long one: the long one serves on.
        }

        _compactAt = Math.Max(SmallEnough, _file.Length * 2);
    }

    public void Dispose() => _file.Dispose();

    private static ChangeSet Read(ReadOnlySpan<byte> line, string path, int offset)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ChangeJson.Default.ChangeSet) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The state in {path} is damaged at byte {offset}: {error.Message}", error);
        }
    }

    private static void Write(Stream stream, ChangeSet set)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(set, ChangeJson.Default.ChangeSet);
        stream.Write([.. line, (byte)'\n']);
    }

    private static ChangeSet Snapshot(ClusterState state) => new(state.Index,
    [
        .. state.Jobs.Select(pair => new Change { Kind = ChangeKind.Job, Key = pair.Key, Job = pair.Value }),
        // Versions are put newest first, so the newest is written last.
        .. state.Versions.SelectMany(pair => pair.Value.Reverse().Select(job => new Change { Kind = ChangeKind.Version, Key = pair.Key, Job = job })),
        .. state.Evaluations.Select(pair => new Change { Kind = ChangeKind.Evaluation, Key = pair.Key, Evaluation = pair.Value }),
        .. state.Allocations.Select(pair => new Change { Kind = ChangeKind.Allocation, Key = pair.Key, Allocation = pair.Value }),
        .. state.AllocationJobs.Select(pair => new Change { Kind = ChangeKind.AllocationJob, Key = pair.Key, Job = pair.Value }),
        .. state.Deployments.Select(pair => new Change { Kind = ChangeKind.Deployment, Key = pair.Key, Deployment = pair.Value }),
        .. state.Launches.Select(pair => new Change { Kind = ChangeKind.Launch, Key = pair.Key, Launch = pair.Value }),
        .. state.Variables.Select(pair => new Change { Kind = ChangeKind.Variable, Key = pair.Key, Variable = pair.Value }),
    ]);
}
