using System.Diagnostics;
using System.Text;

namespace Tests.EndToEnd;

/// <summary>A process that is listened to while it runs, and gone when the test is over.</summary>
internal sealed class RunningBuild : IDisposable
{
    private readonly Process _process;
    private readonly string _command;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public RunningBuild(ProcessStartInfo info, string? input = null)
    {
        info.RedirectStandardInput = info.RedirectStandardOutput = info.RedirectStandardError = true;
        info.UseShellExecute = false;
        _command = string.Join(' ', info.ArgumentList.Prepend(Path.GetFileName(info.FileName)));
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += (_, e) => Append(_out, e.Data);
        _process.ErrorDataReceived += (_, e) => Append(_error, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Write(input ?? "");
        _process.StandardInput.Close();
    }

    public int Id => _process.Id;

    /// <summary>How long it may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(8);

    public bool Ended => _process.HasExited;

    /// <summary>Both streams so far.</summary>
    public string Said
    {
        get
        {
            lock (_out)
                return $"{_out}\n{_error}";
        }
    }

    public void Signal(int signal) => Processes.Signal(_process.Id, signal);

    public async Task<Outcome> End()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Wait.Token);
        deadline.CancelAfter(Limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e) when (!Wait.Token.IsCancellationRequested)
        {
            throw new TimeoutException($"{_command} did not end within {Limit.TotalMinutes} min:\n{Said}", e);
        }
        lock (_out)
            return new Outcome(_command, _process.ExitCode, _out.ToString(), _error.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Append(StringBuilder text, string? line)
    {
        lock (_out)
        {
            if (line is not null)
                text.Append(line).Append('\n');
        }
    }
}
