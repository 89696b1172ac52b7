using Runbook.Steps;

namespace Runbook.Run;

/// <summary>
/// Writes down one run: a file on this machine as soon as it begins, a line in Nomad when it ends, and the summary of an
/// automation. What cannot be written is a warning: a run must not fail for want of a record.
/// </summary>
/// <param name="files">Of this machine; null for a run that changes nothing.</param>
/// <param name="begun">The record as it stands at the beginning.</param>
/// <param name="warn">Tells the operator.</param>
/// <param name="time">The clock.</param>
public sealed class RunLog(RunFiles? files, RunRecord begun, Action<string> warn, TimeProvider time)
{
    // The run itself is over: nobody waits long for its record.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private RunRecord _record = begun;
    private RunRecorder? _recorder;
    private string _path = "";

    /// <summary>Whether anything is written down but a summary.</summary>
    public bool IsKept => files is not null;

    /// <summary>The plans were only shown.</summary>
    public bool IsDryRun => _recorder is { IsDryRun: true };

    /// <summary>The record as far as it has come.</summary>
    public RunRecord Record => (_recorder?.Record ?? _record) with { Cluster = _record.Cluster, End = _record.End };

    /// <summary>Listens to the run.</summary>
    /// <param name="inner">Tells the operator.</param>
    public IRunListener Listen(IRunListener inner) => _recorder = new RunRecorder(inner, _record, time);

    /// <summary>Writes that the run has begun.</summary>
    public void Begin()
    {
        if (files is not null)
            Try(() => _path = files.Begin(_record));
    }

    /// <summary>Writes which cluster it is about.</summary>
    public void Of(string cluster)
    {
        _record = _record with { Cluster = cluster };
        if (_path.Length > 0)
            Try(() => RunFiles.Write(_path, Record));
    }

    /// <summary>Writes how the run has ended.</summary>
    /// <param name="exitCode">Of the run.</param>
    /// <param name="error">What the operator is told; empty when nothing went wrong.</param>
    /// <param name="history">Of the cluster; null where there is no way to it.</param>
    /// <param name="isVerdict">The code says what was found: nothing failed.</param>
    public async Task EndAsync(int exitCode, string error, HistoryJob? history, bool isVerdict = false)
    {
        _record = _record with { End = new RunEndRecord(time.GetUtcNow(), exitCode, error, isVerdict) };
        if (!IsKept)
            return;
        if (_path.Length > 0)
            Try(() => RunFiles.Write(_path, Record));
        // A wrong word is nothing that was done to a cluster.
        if (history is null || exitCode == (int)ExitCode.WrongUse)
            return;
        await TryAsync(ct => history.AddAsync([.. _recorder?.Killed(_record.Profile) ?? [], Record.ToEntry()], ct));
    }

    /// <summary>Leaves it to Nomad to forget the history, of a cluster of which nothing is to stay.</summary>
    public Task CloseAsync(HistoryJob history) => TryAsync(history.CloseAsync);

    /// <summary>Adds the run to the summary of an automation.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="shown">What a target that only looks has printed.</param>
    /// <param name="next">The next command; empty when there is none.</param>
    public void Summarise(string path, string shown, string next) =>
        Try(() => File.AppendAllText(path, RunSummary.Of(Record, IsDryRun, shown, next)));

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"warning: the record of this run cannot be written: {e.Message}");
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> write)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            await write(limit.Token);
        }
        catch (Exception e) when (e is RunbookException or OperationCanceledException)
        {
            var reason = e is OperationCanceledException ? "Nomad did not answer in time" : e.Message;
            warn($"warning: other operators do not see this run in History ({reason}); its record is on this machine{(_path.Length > 0 ? $": {_path}" : "")}");
        }
    }
}
