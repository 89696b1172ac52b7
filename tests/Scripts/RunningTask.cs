using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Tests.Scripts;

/// <summary>A script that runs, in a process group of its own as Nomad gives to a task.</summary>
internal sealed class RunningTask : IDisposable
{
    private readonly Process _process;
    private readonly TimeSpan _limit;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _output = new();
    private readonly Task<string> _error;
    private readonly Task _reading;

    public RunningTask(Process process, TimeSpan limit)
    {
        (_process, _limit) = (process, limit);
        _error = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Waits until it has printed a line that holds this text.</summary>
    public async Task Says(string text)
    {
        using var late = new CancellationTokenSource(_limit);
        await foreach (var line in _lines.Reader.ReadAllAsync(late.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }
        throw new InvalidOperationException($"it ended without saying \"{text}\":\n{_output}{await _error}");
    }

    /// <summary>Sends a signal to the whole group, or to the script alone.</summary>
    public void Signal(string name, bool group = true)
    {
        using var kill = Process.Start("kill", [$"-{name}", "--", group ? $"-{_process.Id}" : $"{_process.Id}"]);
        kill.WaitForExit(_limit);
    }

    /// <summary>Waits for its end, and for that of what it has started.</summary>
    public async Task<Said> End()
    {
        await _process.WaitForExitAsync().WaitAsync(_limit);
        await Task.WhenAll(_reading, _error).WaitAsync(_limit);
        return new Said(_process.ExitCode, _output.ToString(), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Signal("KILL");
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _output.AppendLine(line);
            _lines.Writer.TryWrite(line);
        }
        _lines.Writer.Complete();
    }
}
