using Shouldly;

namespace Tests.EndToEnd;

/// <summary>Looks for secrets wherever somebody could read them.</summary>
internal sealed class Leaks(Checkout checkout, params string[] secrets)
{
    public bool In(string text) => secrets.Any(s => text.Contains(s, StringComparison.Ordinal));

    /// <summary>Runs the build: nothing it says, and no command line of a process of this checkout, may hold one.</summary>
    public async Task<Outcome> NoneIn(int expected, params string[] arguments)
    {
        var outcome = await NoneInProcessesDuring(() => checkout.Run(expected, arguments));
        In(outcome.All).ShouldBeFalse(outcome.ToString());
        return outcome;
    }

    /// <summary>Runs the build while it looks at the command line of every process of the checkout.</summary>
    public async Task<Outcome> NoneInProcessesDuring(Func<Task<Outcome>> run)
    {
        var seen = new List<string>();
        using var watching = new CancellationTokenSource();
        var watch = Task.Run(
            () =>
            {
                while (!watching.IsCancellationRequested)
                    seen.AddRange(checkout.Running.Select(p => p.CommandLine).Where(In));
            },
            Wait.Token);
        try
        {
            return await run();
        }
        finally
        {
            await watching.CancelAsync();
            await watch;
            seen.ShouldBeEmpty();
        }
    }

    /// <summary>Nothing that Nomad shows of any job or allocation holds one.</summary>
    public async Task NoneInNomad()
    {
        foreach (var job in (await checkout.Status()).GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("name").GetString()!))
            In((await checkout.Nomad("job", "inspect", job)).All).ShouldBeFalse(job);
        var list = await checkout.Nomad("alloc", "status", "-json");
        In(list.All).ShouldBeFalse();
        foreach (var id in list.Json().EnumerateArray().Select(a => a.GetProperty("ID").GetString()!))
            In((await checkout.Nomad("alloc", "status", "-json", id)).All).ShouldBeFalse(id);
    }

    /// <summary>Nomad shows none, no rendered job holds one, and no file, text or binary, but those in which they belong:
    /// the node's own folder of secrets and what the test has put there.</summary>
    public async Task NoneAtRest(params string[] own)
    {
        await NoneInNomad();
        Directory.GetFiles(Path.Combine(checkout.Path, "jobs"), "*", SearchOption.AllDirectories).Length.ShouldBeGreaterThan(5);
        var node = Path.Combine(checkout.State, "secrets");
        (await Files()).Where(f => !own.Contains(f) && !f.StartsWith(node, StringComparison.Ordinal)).ShouldBeEmpty();
        foreach (var folder in Directory.GetDirectories(node, "*", SearchOption.AllDirectories).Append(node))
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, folder);
        foreach (var file in Directory.GetFiles(node, "*", SearchOption.AllDirectories))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    /// <summary>All files of the checkout that hold one. By grep: some of them are locked by those who write them, and some are gone
    /// before they are read.</summary>
    public async Task<string[]> Files()
    {
        using var run = new RunningBuild(checkout.Info("grep", ["-rlaF", "-D", "skip", .. secrets.SelectMany(s => new[] { "-e", s }), checkout.Path]));
        var found = (await run.End()).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        found.ShouldNotBeEmpty("they are looked for in the right place");
        return found;
    }
}
