using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tests.Settings;

namespace Tests.EndToEnd.S3;

/// <summary>
/// <c>s3-server.sh</c>, running. It ends with its standard input, so with this process however that ends, and takes its
/// folder along.
/// </summary>
internal sealed class S3Process : IAsyncDisposable
{
    // Nine seconds on two idle cores.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StringBuilder _error = new();

    private S3Process(string folder, TestAuthority authority)
    {
        (Folder, Authority) = (folder, authority);
        string[] script = ["/bin/bash", Path.Combine(folder, "s3-server.sh"), folder, $"{FreePort()}", Path.Combine(folder, "server.pem")];
        var info = new ProcessStartInfo("setsid", AsNobody(script))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Ceph reads settings from there.
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        _process = new Process { StartInfo = info };
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _process.Start();
        _process.BeginErrorReadLine();
    }

    public string Folder { get; }

    public TestAuthority Authority { get; }

    public string CaFile => Path.Combine(Folder, "ca.pem");

    public string AccessKey { get; private set; } = "";

    public string SecretKey { get; private set; } = "";

    private string Said
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>Starts a server and waits for it, whatever becomes of the test that asked first.</summary>
    /// <exception cref="InvalidOperationException">It ended; with what it said.</exception>
    public static async Task<S3Process> StartAsync()
    {
        var folder = $"/tmp/pgn-s3-{Guid.NewGuid().ToString("N")[..10]}";
        Directory.CreateDirectory(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        var authority = new TestAuthority("tests");
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), authority.Pem, CancellationToken.None);
        await WritePrivateAsync(Path.Combine(folder, "server.pem"), authority.Issue());
        // The checkout itself may be closed to the one who runs it.
        File.Copy(Repository.PathOf("tests", "EndToEnd", "S3", "s3-server.sh"), Path.Combine(folder, "s3-server.sh"));
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("/bin/chown", ["-R", "nobody:nogroup", folder]);
            await chown.WaitForExitAsync(CancellationToken.None);
        }
        var started = new S3Process(folder, authority);
        try
        {
            var said = await started.ReadAsync(StartLimit);
            var key = JsonDocument.Parse(said["user ".Length..]).RootElement.GetProperty("keys")[0];
            started.AccessKey = key.GetProperty("access_key").GetString()!;
            started.SecretKey = key.GetProperty("secret_key").GetString()!;
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says something to the script and waits until it is done.</summary>
    public async Task SayAsync(string command)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync(CancellationToken.None);
            var answer = await ReadAsync(AnswerLimit);
            if (answer != "ok")
                throw new InvalidOperationException($"the S3 server said '{answer}' to '{command}'\n{Said}");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A port below the range from which the kernel gives them away: a gateway that was stopped finds it free again.</summary>
    public static int FreePort()
    {
        for (var port = RandomNumberGenerator.GetInt32(15_000, 30_000); ; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException) when (port < 32_000)
            {
                // Taken: the next one.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input is the end of it; by force only where that does not help.
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(AnswerLimit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Processes.End(Folder);
        }
        _process.Dispose();
        _turn.Dispose();
        Authority.Dispose();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private static string[] AsNobody(string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", .. command]
        : command;

    private static async Task WritePrivateAsync(string path, string text)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await file.WriteAsync(Encoding.UTF8.GetBytes(text));
    }

    private async Task<string> ReadAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            if (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
                return line;
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"the S3 server said nothing for {limit.TotalSeconds} s\n{Said}"), e);
        }
        throw new InvalidOperationException($"the S3 server ended with {_process.ExitCode}\n{Said}");
    }

    private void Append(string? line)
    {
        lock (_error)
        {
            if (line is not null)
                _error.Append(line).Append('\n');
        }
    }
}
