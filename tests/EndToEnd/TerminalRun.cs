using System.Diagnostics;
using System.Text;

namespace Tests.EndToEnd;

/// <summary>A run of the build on a terminal of its own, at which somebody types.</summary>
internal sealed class TerminalRun : IDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly StringBuilder _screen = new();

    public TerminalRun(Checkout checkout, string arguments)
    {
        var info = checkout.Info("script", "-qefc", $"exec '{Checkout.Program}' {arguments}", "/dev/null");
        info.Environment["NUKE_ROOT"] = checkout.Path;
        info.Environment["TERM"] = "dumb";
        info.UseShellExecute = false;
        info.RedirectStandardInput = info.RedirectStandardOutput = true;
        _process = Process.Start(info)!;
        _reading = Task.Run(ReadAsync, Wait.Token);
    }

    /// <summary>All that stood on the screen: what the build wrote, and what the terminal showed of what was typed.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
                return _screen.ToString();
        }
    }

    /// <summary>Waits for a question and types.</summary>
    public async Task Type(string question, string keys)
    {
        await Wait.Until($"asked \"{question}\"", () => _process.HasExited || Screen.Contains(question, StringComparison.Ordinal), said: () => Screen);
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync(Wait.Token);
    }

    public async Task<int> End()
    {
        await Wait.Until("ended", () => _process.HasExited, said: () => Screen);
        await _reading;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[1024];
        while (await _process.StandardOutput.ReadAsync(buffer, Wait.Token) is > 0 and var read)
        {
            lock (_screen)
                _screen.Append(buffer, 0, read);
        }
    }
}
