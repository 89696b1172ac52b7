using System.Diagnostics;
using System.Text;

namespace Tests.Host;

/// <summary>A process that is listened to, and gone when the test is over.</summary>
internal sealed class RunningProcess : IDisposable
{
    private readonly Process _process;
    private readonly TimeSpan _deadline;
    private readonly Task<string> _error;
    private readonly StringBuilder _out = new();

    public RunningProcess(Process process, TimeSpan deadline)
    {
        _process = process;
        _deadline = deadline;
        _process.StandardInput.Close();
        _error = _process.StandardError.ReadToEndAsync(SampleFolder.Token);
    }

    /// <summary>Reads standard output until a line stands there.</summary>
    public async Task WaitFor(string line)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(SampleFolder.Token);
        timeout.CancelAfter(_deadline);
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } next)
        {
            _out.Append(next).Append('\n');
            if (next == line)
                return;
        }

        throw new InvalidOperationException($"The process ended without '{line}': {await End()}");
    }

    public async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        await kill.WaitForExitAsync(SampleFolder.Token);
    }

    public async Task<Outcome> End()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(SampleFolder.Token);
        timeout.CancelAfter(_deadline);
        _out.Append(await _process.StandardOutput.ReadToEndAsync(timeout.Token));
        await _process.WaitForExitAsync(timeout.Token);
        return new Outcome(_process.ExitCode, _out.ToString(), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
