namespace Tests.EndToEnd;

/// <summary>
/// A pgbackrest before the real one, on the PATH of the sandbox's agent, that stops a command at a chosen moment so that
/// a test can strike there. Everything else goes straight to the real one.
/// </summary>
internal sealed class Gate
{
    private readonly string _folder;
    private readonly Checkout _checkout;

    public Gate(Checkout checkout)
    {
        _checkout = checkout;
        _folder = Directory.CreateDirectory(Path.Combine(checkout.Path, "gate")).FullName;
        // Tasks run as another user and leave marks here.
        File.SetUnixFileMode(_folder, (UnixFileMode)Convert.ToInt32("777", 8));
        Write("pgbackrest", Pgbackrest);
        Write("sync", Sync);
        Write("mv", Move);
        checkout.Variables["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    /// <summary>The next such command waits before it begins.</summary>
    public void Hold(string command) => File.WriteAllText(Path.Combine(_folder, $"hold-{command}"), "");

    /// <summary>The next such command is halted in the middle of its copy: it has copied this many files.</summary>
    public void Freeze(string command, int files) => File.WriteAllText(Path.Combine(_folder, $"freeze-{command}"), $"{files}");

    /// <summary>From now on, tasks see a disk with this room.</summary>
    public void Disk(long free)
    {
        Write("df", $"#!/bin/sh\necho Avail 1B-blocks\necho {free} 100000000000\n");
    }

    /// <summary>The next restore stops when it has recorded this phase, before it does anything of it.</summary>
    public void HoldPhase(string phase) => Hold("phase-" + phase);

    /// <summary>The next restore stops between the two renames of its swap.</summary>
    public void HoldSwap() => Hold("swap");

    /// <summary>Waits until a command stands at the gate.</summary>
    public Task Reached(RunningBuild run) =>
        Wait.Until("stopped at the gate", () => run.Ended ? throw new InvalidOperationException(run.Said) : File.Exists(Path.Combine(_folder, "reached")), said: () => run.Said);

    /// <summary>The pgbackrest that is halted.</summary>
    public int Frozen => int.Parse(File.ReadAllText(Path.Combine(_folder, "reached")));

    /// <summary>Nothing is stopped any more; who waits goes on.</summary>
    public void Open()
    {
        foreach (var file in Directory.GetFiles(_folder).Where(f => !Permanent.Contains(Path.GetFileName(f))))
            File.Delete(file);
    }

    /// <summary>Kills what is at the gate, and the scripts above it, as a power loss would.</summary>
    public async Task Kill()
    {
        IEnumerable<OneProcess> Tasks() => _checkout.Running.Where(p => p.CommandLine.Contains("/restore.sh", StringComparison.Ordinal)
            || p.CommandLine.Contains("/operate.sh", StringComparison.Ordinal) || p.CommandLine.Contains(_folder, StringComparison.Ordinal));
        await Wait.Until("killed", () =>
        {
            var left = Tasks().ToList();
            left.ForEach(p => Processes.Signal(p.Id, Processes.Kill));
            return left.Count == 0;
        });
        Open();
    }

    private static readonly string[] Permanent = ["pgbackrest", "sync", "mv"];

    private void Write(string name, string script)
    {
        var program = Path.Combine(_folder, name);
        File.WriteAllText(program, script);
        File.SetUnixFileMode(program, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    private const string Sync = """
        #!/bin/bash
        gate=${0%/*}
        /usr/bin/sync "$@" || exit
        phase=$(sed -n 's/^phase=//p' "${PGN_STATE:-/nonexistent}/restore" 2>/dev/null)
        [ "$1" = "${PGN_STATE:-}" ] && [ -e "$gate/hold-phase-$phase" ] || exit 0
        echo 0 >"$gate/reached.new" && /usr/bin/mv "$gate/reached.new" "$gate/reached"
        while [ -e "$gate/hold-phase-$phase" ]; do sleep 0.05; done

        """;

    private const string Move = """
        #!/bin/bash
        gate=${0%/*}
        if [ -e "$gate/hold-swap" ] && [ "${!#}" = "${PGN_DATA:-}" ]; then
          echo 0 >"$gate/reached.new" && /usr/bin/mv "$gate/reached.new" "$gate/reached"
          while [ -e "$gate/hold-swap" ]; do sleep 0.05; done
        fi
        exec /usr/bin/mv "$@"

        """;

    private const string Pgbackrest = """
        #!/bin/bash
        # pgbackrest calls itself for asynchronous work by its own path, so only the first process comes by here.
        gate=${0%/*} real=/usr/bin/pgbackrest command='' beside=''
        for word; do
          case $word in
            restore | backup | info | archive-push | archive-get) command=$word ;;
            --pg1-path=*) beside=${word#*=} ;;
          esac
        done
        if [ -n "$command" ] && [ -e "$gate/hold-$command" ]; then
          echo 0 >"$gate/reached.new" && /usr/bin/mv "$gate/reached.new" "$gate/reached"
          while [ -e "$gate/hold-$command" ]; do sleep 0.05; done
        fi
        if [ -n "$command" ] && [ -e "$gate/freeze-$command" ]; then
          files=$(cat "$gate/freeze-$command")
          "$real" "$@" &
          pid=$!
          until ! kill -0 $pid 2>/dev/null || [ "$(find "$beside" -type f 2>/dev/null | wc -l)" -ge "$files" ]; do :; done
          kill -STOP $pid $(ps -o pid= --ppid $pid)
          echo $pid >"$gate/reached.new" && /usr/bin/mv "$gate/reached.new" "$gate/reached"
          wait $pid
          exit
        fi
        exec "$real" "$@"

        """;
}
