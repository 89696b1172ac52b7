using System.Diagnostics;
using System.Globalization;
using Sandbox;
using Shouldly;

namespace Tests.EndToEnd.S3;

/// <summary>A server and pgBackRest in a folder, without Nomad and without the runbook: what the parts do by themselves.</summary>
internal sealed class PlainCluster : IAsyncDisposable
{
    public const string Stanza = "plain";

    private static readonly string Binaries = $"/usr/lib/postgresql/{HostPackages.InstalledPostgres()}/bin";

    public PlainCluster()
    {
        Folder = Directory.CreateDirectory($"/tmp/pgn-{Guid.NewGuid().ToString("N")[..10]}").FullName;
        if (Environment.IsPrivilegedProcess)
            Process.Start("/bin/chown", ["postgres:", Folder]).WaitForExit();
    }

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    public string Restored => Path.Combine(Folder, "restored");

    /// <summary>Writes a configuration of pgBackRest.</summary>
    public string Configure(string name, IReadOnlyDictionary<string, string> options)
    {
        var file = Path.Combine(Folder, $"{name}.conf");
        var own = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["repo1-bundle"] = "y",
            ["repo1-retention-full"] = "2",
            ["compress-type"] = "zst",
            ["start-fast"] = "y",
            ["log-level-file"] = "off",
            ["log-level-console"] = "warn",
            ["lock-path"] = Path.Combine(Folder, $"{name}.lock"),
            ["job-retry"] = "0",
        };
        foreach (var (option, value) in options)
            own[option] = value;
        File.WriteAllText(file, $"""
            [global]
            {string.Join('\n', own.Select(o => $"{o.Key}={o.Value}"))}
            [{Stanza}]
            pg1-path={Data}
            pg1-socket-path={Folder}

            """);
        return file;
    }

    /// <summary>Creates a server that archives with a configuration, and starts it.</summary>
    public async Task CreateAsync(string configuration)
    {
        await Shell($"'{Binaries}/initdb' -D '{Data}' -A trust --no-sync >/dev/null", "initdb");
        await Shell($"cat >>'{Data}/postgresql.conf'", "settings", $"""
            listen_addresses = ''
            unix_socket_directories = '{Folder}'
            archive_mode = on
            archive_command = 'pgbackrest --config={configuration} --stanza={Stanza} archive-push %p'
            shared_buffers = 32MB
            fsync = off

            """);
        await StartAsync(Data);
    }

    public Task StartAsync(string data) => Shell($"'{Binaries}/pg_ctl' -D '{data}' -l '{data}.log' -w -t 60 start >/dev/null || {{ tail '{data}.log' >&2; exit 1; }}", "start");

    public Task StopAsync(string data) => Shell($"'{Binaries}/pg_ctl' -D '{data}' -m fast -w -t 60 stop >/dev/null", "stop");

    public async Task<string> Sql(string statement) => (await Shell($"psql -XAtq -v ON_ERROR_STOP=1 -h '{Folder}' postgres", statement, statement)).Out.Trim();

    /// <summary>Runs pgBackRest from the data directory, as the server would.</summary>
    public async Task<Timed> Try(string configuration, params string[] command)
    {
        var watch = Stopwatch.StartNew();
        using var run = new RunningBuild(Owner($"cd '{(Directory.Exists(Data) ? Data : Folder)}' && exec pgbackrest --config='{configuration}' \"$@\"", command));
        return new Timed(await run.End(), watch.Elapsed);
    }

    public async Task<Outcome> Run(string configuration, params string[] command)
    {
        var (outcome, _) = await Try(configuration, [$"--stanza={Stanza}", .. command]);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.Run(() => Processes.End(Folder));
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<Outcome> Shell(string script, string what, string? input = null)
    {
        using var run = new RunningBuild(Owner(script, []), input);
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, $"{what}: {outcome}");
        return outcome;
    }

    private ProcessStartInfo Owner(string script, string[] arguments)
    {
        string[] shell = ["/bin/bash", "-c", script, "owner", .. arguments];
        var info = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--init-groups", .. shell])
            : new ProcessStartInfo(shell[0], shell[1..]);
        info.WorkingDirectory = Folder;
        foreach (var name in info.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        return info;
    }
}

/// <summary>What a command came to, and how long it took.</summary>
internal sealed record Timed(Outcome Outcome, TimeSpan Elapsed)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds:0.0} s, {Outcome}");
}
