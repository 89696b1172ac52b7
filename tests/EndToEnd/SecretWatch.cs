using System.Text.RegularExpressions;
using Shouldly;

namespace Tests.EndToEnd;

/// <summary>Looks for secrets wherever they could be seen.</summary>
internal sealed class SecretWatch(Checkout checkout, params string[] secrets)
{
    private static readonly string[] Jobs = ["postgres", "postgres-init", "pgbackrest", "pgbackrest-init", "pgbackrest-restore", "pgbackrest-full", "pgbackrest-incr"];

    public bool Holds(string text) => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>Runs the build: nothing it says, and no command line of a process of this checkout, may hold a secret.</summary>
    public async Task<Outcome> Run(int expected, params string[] arguments)
    {
        var seen = new List<string>();
        using var watching = new CancellationTokenSource();
        var watch = Task.Run(
            () =>
            {
                while (!watching.IsCancellationRequested)
                    seen.AddRange(checkout.Running.Select(p => p.CommandLine).Where(Holds));
            },
            Wait.Token);
        var outcome = await checkout.Run(expected, arguments);
        await watching.CancelAsync();
        await watch;
        seen.ShouldBeEmpty();
        Holds(outcome.All).ShouldBeFalse(outcome.ToString());
        return outcome;
    }

    /// <summary>Nothing that Nomad shows of any job or allocation may hold one.</summary>
    public async Task LookAtNomad()
    {
        foreach (var job in Jobs)
            Holds((await checkout.Nomad("job", "inspect", job)).All).ShouldBeFalse(job);
        var list = await checkout.Nomad("alloc", "status", "-json");
        Holds(list.All).ShouldBeFalse();
        foreach (var id in list.Json().EnumerateArray().Select(a => a.GetProperty("ID").GetString()!))
            Holds((await checkout.Nomad("alloc", "status", "-json", id)).All).ShouldBeFalse(id);
    }

    /// <summary>All files of the checkout that hold one, binary or text. By grep: some of them are locked by those who write
    /// them, and some are gone before they are read.</summary>
    public async Task<string[]> Files()
    {
        Directory.GetFiles(Path.Combine(checkout.Path, "jobs"), "*", SearchOption.AllDirectories).Length.ShouldBeGreaterThan(5);
        string[] arguments = ["-rlaF", "-D", "skip", .. secrets.SelectMany(secret => new[] { "-e", secret }), checkout.Path];
        using var run = new RunningBuild(checkout.Info("grep", arguments));
        var found = (await run.End()).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        found.ShouldNotBeEmpty("they are looked for in the right place");
        return found;
    }

    /// <summary>Logs in over TCP.</summary>
    /// <returns>Who and where, or why not.</returns>
    public async Task<string> Login(string user, string database, string password)
    {
        _port ??= Regex.Match((await checkout.Status()).GetProperty("connection").GetString()!, "port=([0-9]+)").Groups[1].Value;
        var info = checkout.Info("psql", "-XAtqw", "-h", "127.0.0.1", "-p", _port, "-U", user, "-d", database, "-c", "select current_user || ' ' || current_database()");
        info.Environment["PGPASSWORD"] = password;
        using var run = new RunningBuild(info);
        return (await run.End()).All.Trim();
    }

    private string? _port;
}
