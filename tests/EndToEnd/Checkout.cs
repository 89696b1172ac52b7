using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Tests.Settings;

namespace Tests.EndToEnd;

/// <summary>
/// A checkout of its own in a temporary folder: configuration and templates are copied, the compiled build is the one
/// beside these tests. Whatever was started for it is ended with it.
/// </summary>
internal sealed class Checkout : IAsyncDisposable
{
    public Checkout(string? parent = null)
    {
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent ?? "/tmp", $"pgn-{Guid.NewGuid().ToString("N")[..10]}")).FullName;
        // The server's own user must get in.
        File.SetUnixFileMode(Path, (UnixFileMode)Convert.ToInt32("755", 8));
        foreach (var file in Directory.GetFiles(System.IO.Path.Combine(Repository.Root, ".nuke"), "*.json"))
            Copy(file, System.IO.Path.Combine(Path, ".nuke", System.IO.Path.GetFileName(file)));
        var templates = System.IO.Path.Combine(Repository.Root, "templates");
        foreach (var file in Directory.GetFiles(templates, "*", SearchOption.AllDirectories))
            Copy(file, System.IO.Path.Combine(Path, "templates", System.IO.Path.GetRelativePath(templates, file)));
        // At some minute of each hour it would close a WAL segment under whatever a test is about; and a full disk of this machine is none of it.
        Configure(p => p["pgbackrest"]!["check"] = new JsonObject { ["cron"] = "@yearly", ["freeSpace"] = 1 });
    }

    /// <summary>The compiled build.</summary>
    public static string Program { get; } = Compiled("Build", "Build");

    /// <summary>The stand-in's executable, as the build finds it.</summary>
    public static string NomadProgram { get; } = Compiled("LocalNomad", "nomad");

    // Debian's psql is a Perl program that looks for the clusters of the machine first.
    public static string Psql { get; } = Directory.GetFiles("/usr/lib/postgresql", "psql", SearchOption.AllDirectories).Max(StringComparer.Ordinal)!;

    // Ahead of time where the whole suite runs: it starts them some thousand times.
    private static string Compiled(string project, string program) =>
        Environment.GetEnvironmentVariable("PRECOMPILED") is { Length: > 0 } folder
            ? System.IO.Path.Combine(folder, project, "debug", program)
            : AppContext.BaseDirectory.Replace("/Tests/", $"/{project}/", StringComparison.Ordinal) + program;

    public string Path { get; }

    public string Sandbox => System.IO.Path.Combine(Path, ".nuke", "temp", "sandbox");

    public string DataFolder => System.IO.Path.GetDirectoryName(Data)!;

    public string Data => Directory.GetDirectories(System.IO.Path.Combine(Sandbox, "data")).Select(d => System.IO.Path.Combine(d, "main")).Max(StringComparer.Ordinal)!;

    public string State => Data + ".runbook";

    public string Backups => System.IO.Path.Combine(Sandbox, "repository", "backup", "db-primary");

    public string Archive => System.IO.Path.Combine(Sandbox, "repository", "archive", "db-primary");

    public string Profile => System.IO.Path.Combine(Path, ".nuke", "parameters.local.json");

    /// <summary>Variables that every run of the build gets, beside those of this process that are no setting of a build.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>Changes the profile.</summary>
    public void Configure(Action<JsonObject> change)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip };
        var profile = JsonNode.Parse(File.ReadAllText(Profile), documentOptions: options)!.AsObject();
        change(profile);
        File.WriteAllText(Profile, profile.ToJsonString());
    }

    public RunningBuild Start(params string[] arguments) => new(Info(Program, arguments));

    public async Task<Outcome> Run(params string[] arguments)
    {
        using var run = Start(arguments);
        return await run.End();
    }

    /// <summary>Runs and expects an exit code.</summary>
    public async Task<Outcome> Run(int expected, params string[] arguments)
    {
        var outcome = await Run(arguments);
        outcome.ExitCode.ShouldBe(expected, outcome.ToString());
        return outcome;
    }

    public async Task<JsonElement> Status() => (await Run(0, "Status", "--output", "json")).Json();

    /// <summary>The sets of the sandbox's repository, oldest first, as they lie there: a run of the build for it costs a second.</summary>
    public IReadOnlyList<BackupLine> Sets =>
    [
        .. Directory.GetDirectories(Backups, "*-*").Where(d => File.Exists(System.IO.Path.Combine(d, "backup.manifest")))
            .Select(d => System.IO.Path.GetFileName(d)).Order(StringComparer.Ordinal)
            .Select(l => new BackupLine(l, l[^1] switch { 'F' => "full", 'D' => "diff", _ => "incr" })),
    ];

    /// <summary>The nomad of this checkout's sandbox.</summary>
    public Task<Outcome> Nomad(params string[] arguments) => NomadWith("", arguments);

    /// <summary>The same with something on standard input.</summary>
    public async Task<Outcome> NomadWith(string input, params string[] arguments)
    {
        var info = Info(NomadProgram, arguments);
        info.Environment["NOMAD_ADDR"] = $"unix://{Sandbox}/nomad/nomad.sock";
        using var run = new RunningBuild(info, input);
        return await run.End();
    }

    /// <summary>A statement as the superuser, the way an operator's own psql would.</summary>
    public async Task<string> Sql(string statement, string? connection = null)
    {
        var outcome = await TrySql(statement, connection);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome.Out.Trim();
    }

    public async Task<Outcome> TrySql(string statement, string? connection = null)
    {
        using var run = new RunningBuild(Info(Psql, "-XAtq", "-v", "ON_ERROR_STOP=1", connection ?? Connection, "-c", statement));
        return await run.End();
    }

    /// <summary>Logs in over the network with a password; who and where, or why not.</summary>
    public async Task<string> Login(string user, string database, string password)
    {
        var info = Info(Psql, "-XAtqw", "-h", "127.0.0.1", "-p", Port, "-U", user, "-d", database, "-c", "select current_user || ' ' || current_database()");
        info.Environment["PGPASSWORD"] = password;
        using var run = new RunningBuild(info);
        return (await run.End()).All.Trim();
    }

    private string? _port;

    /// <summary>Where the server listens, or did last.</summary>
    public string Port => File.Exists(System.IO.Path.Combine(Data, "postmaster.pid"))
        ? _port = File.ReadLines(System.IO.Path.Combine(Data, "postmaster.pid")).ElementAt(3)
        : _port ?? throw new InvalidOperationException("No server was ever seen here.");

    /// <summary>The superuser's way to the server, as Status prints it.</summary>
    public string Connection => $"host={Sandbox}/socket port={Port} user=postgres dbname=postgres";

    /// <summary>The process id of the running server.</summary>
    public int ServerProcess => int.Parse(File.ReadLines(System.IO.Path.Combine(Data, "postmaster.pid")).First());

    /// <summary>A value of the restore under way, straight from the data volume; empty when there is none.</summary>
    public string RestoreState(string key)
    {
        try
        {
            return File.ReadLines(System.IO.Path.Combine(State, "restore"))
                .FirstOrDefault(l => l.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..] ?? "";
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>The processes that belong to this checkout.</summary>
    public IReadOnlyList<OneProcess> Running => Processes.Of(Path);

    /// <summary>Those of them that should end with the work at hand: no agent, no server.</summary>
    public IReadOnlyList<OneProcess> AtWork =>
    [
        .. Running.Where(p => p.CommandLine.Contains("pgbackrest", StringComparison.Ordinal) && !p.CommandLine.Contains("archive-push", StringComparison.Ordinal)
            && !p.CommandLine.StartsWith("postgres: ", StringComparison.Ordinal)),
    ];

    public ProcessStartInfo Info(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { WorkingDirectory = Path };
        foreach (var name in info.Environment.Keys.Where(k => k.StartsWith("NUKE_", StringComparison.Ordinal) || k.StartsWith("NOMAD_", StringComparison.Ordinal) || k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        if (program == Program)
            info.Environment["NUKE_ROOT"] = Path;
        foreach (var (name, value) in Variables)
            info.Environment[name] = value;
        return info;
    }

    /// <summary>A shell of the user who owns the data.</summary>
    public ProcessStartInfo OwnersShell(string script) => Environment.IsPrivilegedProcess
        ? Info("setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "/bin/bash", "-c", script)
        : Info("/bin/bash", "-c", script);

    public async ValueTask DisposeAsync()
    {
        // By force and not by the product: a test may have left it in any state.
        await Task.Run(() => Processes.End(Path));
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}

/// <summary>A backup set.</summary>
internal sealed record BackupLine(string Label, string Type);
