using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using CliWrap;

namespace Sandbox;

/// <summary>The background agent of the sandbox. Started when it does not answer; it outlives the build.</summary>
public sealed class LocalAgent(string executable, SandboxFolder sandbox, TimeProvider time)
{
    private static readonly string[] Passed = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The value of NOMAD_ADDR for it.</summary>
    public string Address => $"unix://{SocketFile}";

    private string SocketFile => $"{DataDirectory}/nomad.sock";

    private string DataDirectory => Path.Combine(sandbox.Path, "nomad");

    // Which compilation of the agent runs.
    private string BuildFile => Path.Combine(sandbox.Path, "nomad.build");

    private string LogFile => Path.Combine(sandbox.Path, "nomad.log");

    /// <summary>Starts the agent if it does not answer, and again if it is of an older compilation; its tasks go on.</summary>
    /// <exception cref="SandboxException">It does not come up.</exception>
    public async Task EnsureAsync(CancellationToken ct)
    {
        var build = File.GetLastWriteTimeUtc(executable + ".dll").Ticks.ToString(CultureInfo.InvariantCulture);
        var current = File.Exists(BuildFile) && await File.ReadAllTextAsync(BuildFile, ct) == build;
        if (current && await AnswersAsync(ct))
            return;
        if (!current)
            await StopAsync(ct);
        await File.WriteAllTextAsync(BuildFile, build, ct);
        // setsid: a Ctrl-C at the terminal is meant for the build, not for the database behind it.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec setsid -f \"$0\" agent -data-dir=\"$1\" </dev/null >>\"$2\" 2>&1", executable, DataDirectory, LogFile },
            UseShellExecute = false,
        };
        // As a service of the system would start: what an operator has in the environment, passwords among it, would
        // otherwise be in that of every task.
        foreach (var name in start.Environment.Keys.Where(n => !Passed.Contains(n) && !n.StartsWith("DOTNET_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        using (var process = Process.Start(start))
            await process!.WaitForExitAsync(ct);
        var begin = time.GetTimestamp();
        while (!await AnswersAsync(ct))
        {
            if (time.GetElapsedTime(begin) > StartLimit)
                throw new SandboxException($"the sandbox's agent does not answer: {Tail()}", $"look at {LogFile}");
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>Ends the agent. Its tasks would outlive it, as a Nomad client's do: stop the jobs first.</summary>
    /// <exception cref="SandboxException">It does not end.</exception>
    public async Task StopAsync(CancellationToken ct)
    {
        var begin = time.GetTimestamp();
        while (Agents().ToList() is { Count: > 0 } agents)
        {
            if (time.GetElapsedTime(begin) > StartLimit)
                throw new SandboxException($"the sandbox's agent (process {agents[0]}) does not end", $"kill {agents[0]}");
            await CliWrap.Cli.Wrap("/bin/kill").WithArguments(agents).WithValidation(CommandResultValidation.None).ExecuteAsync(ct);
            await Task.Delay(Pause, time, ct);
        }
    }

    // By its command line: it says which sandbox an agent serves, and a pid file may be that of a process long gone.
    private IEnumerable<string> Agents()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            string[] words;
            try
            {
                words = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            if (words.Contains("agent") && words.Contains($"-data-dir={DataDirectory}"))
                yield return Path.GetFileName(folder);
        }
    }

    // At its socket, where it ends a connection that asks nothing: a nomad started for that would cost every run a tenth of a second.
    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AnswerLimit);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), limit.Token);
            socket.Shutdown(SocketShutdown.Send);
            return await socket.ReceiveAsync(new byte[1], limit.Token) == 0;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    private string Tail() => File.Exists(LogFile) ? string.Join(' ', File.ReadLines(LogFile).TakeLast(3)) : "no log";
}
