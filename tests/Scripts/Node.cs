using System.Diagnostics;
using Tests.Settings;

namespace Tests.Scripts;

/// <summary>A node in a temporary folder: the scripts as a task has them, and stand-ins for the programs they call.</summary>
internal sealed class Node : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    private readonly string _root = Directory.CreateTempSubdirectory("pgn-scripts-").FullName;

    private readonly string? _programs;

    private string Kept => _root + ".moments";

    /// <summary>With fakes, or with the programs of a PostgreSQL, which run as the user postgres where we are root.</summary>
    /// <param name="programs">Their folder; null for fakes.</param>
    public Node(string? programs = null)
    {
        _programs = programs;
        foreach (var folder in (string[])["task", "bin", "fake", "volume/15", "log", "socket"])
            Directory.CreateDirectory(At(folder));
        foreach (var script in Directory.GetFiles(Repository.PathOf("templates", "scripts")))
            File.Copy(script, At("task", Path.GetFileName(script)));
        File.WriteAllText(At("task", "pg_hba.first.conf"), "first\n");
        foreach (var fake in Directory.GetFiles(Repository.PathOf("tests", "Scripts", "Fakes")))
            Program(Path.GetFileName(fake), fake);
        // A killed process loses nothing that it has written; only a lost machine does, and that costs a test its time.
        File.CreateSymbolicLink(At("bin", "sync"), "/bin/true");
        if (programs is null || !Environment.IsPrivilegedProcess)
            return;
        using var owner = Process.Start("chown", ["-R", "postgres:postgres", _root]);
        owner.WaitForExit();
    }

    public string Data => At("volume/15/main");

    public string State => Data + ".runbook";

    public string At(params string[] parts) => Path.Combine([_root, .. parts]);

    public string Fake(string name) => File.Exists(At("fake", name)) ? File.ReadAllText(At("fake", name)) : "";

    public void SetFake(string name, string text) => File.WriteAllText(At("fake", name), text);

    /// <summary>From now on the process group dies before the rename of this number.</summary>
    public void KillAt(int call)
    {
        File.Delete(At("fake", "count"));
        SetFake("kill-at", $"{call}");
        Program("mv", Repository.PathOf("tests", "Scripts", "Fakes", "mv-killable"));
    }

    public void KillNoMore() => File.Delete(At("fake", "kill-at"));

    /// <summary>From now on the node is kept as it is before each rename.</summary>
    public void Record()
    {
        File.Delete(At("fake", "count"));
        Directory.CreateDirectory(Kept);
        Program("mv", Repository.PathOf("tests", "Scripts", "Fakes", "mv-recording"));
    }

    /// <summary>How many renames were recorded.</summary>
    public int Moments => Directory.GetDirectories(Kept).Length;

    /// <summary>The node as it was before the rename of this number; each can be had once.</summary>
    public void GoBackTo(int call)
    {
        Directory.Delete(_root, recursive: true);
        Directory.Move(Path.Combine(Kept, $"{call}"), _root);
        File.Delete(At("bin", "mv"));
    }

    /// <summary>A live cluster whose rows say so, stopped cleanly.</summary>
    public void HasCluster(string rows = "live rows", string version = "15")
    {
        Directory.CreateDirectory(Path.Combine(Data, "pg_wal", "archive_status"));
        Directory.CreateDirectory(Path.Combine(Data, "global"));
        File.WriteAllText(Path.Combine(Data, "PG_VERSION"), version + "\n");
        File.WriteAllText(Path.Combine(Data, "rows"), rows);
        File.WriteAllText(Path.Combine(Data, "global", "pg_control"), "");
        // Made by the runbook: its system identifier, as the stand-in of pg_controldata tells it.
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, "cluster"), "7711027602855647948\n");
    }

    public string Rows(string directory) => File.ReadAllText(Path.Combine(directory, "rows"));

    /// <summary>What the volume remembers of the restore under way.</summary>
    public IReadOnlyDictionary<string, string> Restore() =>
        File.Exists(Path.Combine(State, "restore"))
            ? File.ReadAllLines(Path.Combine(State, "restore")).Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1])
            : new Dictionary<string, string>();

    public void HasRestore(params (string Key, string Value)[] state)
    {
        Directory.CreateDirectory(State);
        File.WriteAllLines(Path.Combine(State, "restore"), state.Select(s => $"{s.Key}={s.Value}"));
    }

    /// <summary>The directories beside the live one, without the runbook's own.</summary>
    public IReadOnlyList<string> Beside() =>
        [.. Directory.GetDirectories(At("volume/15")).Select(d => Path.GetFileName(d)!).Where(d => d is not ("main" or "main.runbook")).Order()];

    public Said RestoreOf(string id, string set, string target = "immediate", params (string Name, string Value)[] meta) => Run(
        "restore.sh", [],
        [("NOMAD_META_id", id), ("NOMAD_META_set", set), ("NOMAD_META_target", target), ("NOMAD_META_operator", "ann@desk"), .. meta.Select(m => ("NOMAD_META_" + m.Name, m.Value))]);

    public Said Run(string script, string[] arguments, params (string Name, string Value)[] environment) =>
        Start(["/bin/bash", At("task", script), .. arguments], environment);

    /// <summary>Writes a file of the task, for a user other than ours as well.</summary>
    public void HasFile(string name, string text) => File.WriteAllText(At("task", name), text);

    /// <summary>Runs lines of shell with lib.sh at hand.</summary>
    public Said Shell(string lines, params string[] arguments) =>
        Start(["/bin/bash", "-c", ". \"$NOMAD_TASK_DIR/lib.sh\"; . \"$NOMAD_TASK_DIR/holder.sh\"\n" + lines, "shell", .. arguments], []);

    /// <summary>Starts a script and leaves it running.</summary>
    public RunningTask Begin(string script, string[] arguments, params (string Name, string Value)[] environment) =>
        new(Process.Start(Info(["/bin/bash", At("task", script), .. arguments], environment))!, Limit);

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        if (Directory.Exists(Kept))
            Directory.Delete(Kept, recursive: true);
    }

    private void Program(string name, string source)
    {
        var path = At("bin", name);
        File.Copy(source, path, overwrite: true);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ProcessStartInfo Info(string[] command, (string Name, string Value)[] environment)
    {
        // A process group of its own, and no signal ignored, as Nomad starts a task.
        string[] group = ["setsid", "env", "--default-signal", "/bin/bash", "-c", "echo $$ >\"$FAKE/pid\"; exec \"$@\"", "task", .. command];
        string[] line = _programs is not null && Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", .. group]
            : group;
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        (string, string)[] own =
        [
            ("PATH", _programs is null ? At("bin") + ":/usr/bin:/bin" : "/usr/bin:/bin"), ("FAKE", At("fake")), ("NOMAD_TASK_DIR", At("task")), ("NOMAD_SECRETS_DIR", At("secrets")),
            ("PGN_STANZA", "db"), ("PGN_VERSION", "15"), ("PGN_CLUSTER", "main"), ("PGN_DATA", Data), ("PGN_STATE", State), ("PGN_LOG", At("log")),
            ("PGN_SOCKET", At("socket")), ("PGN_PORT", "54321"), ("PGN_VOLUME", At("volume")), ("PGN_BIN", _programs ?? At("bin")),
            ("PGN_USER", Environment.UserName), ("PGN_LOCALE", "C.UTF-8"), ("PGN_CHECKSUMS", "true"), ("PGN_PROCESS_MAX", "1"),
        ];
        foreach (var (name, value) in own.Concat(environment))
            start.Environment[name] = value;
        return start;
    }

    private Said Start(string[] command, (string Name, string Value)[] environment)
    {
        using var process = Process.Start(Info(command, environment))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (process.WaitForExit(Limit) && Task.WaitAll([output, error], Limit))
            return new Said(process.ExitCode, output.Result, error.Result);
        process.Kill(entireProcessTree: true);
        throw new TimeoutException($"{string.Join(' ', command)} did not end within {Limit}");
    }
}

/// <summary>What a script left.</summary>
internal sealed record Said(int Code, string Output, string Error)
{
    /// <summary>How a shell names the end of a process by SIGKILL.</summary>
    public const int Killed = 137;
}
