using Xunit;

namespace Tests.EndToEnd;

/// <summary>A deployed cluster that the tests of a class share, with a table whose rows are counted.</summary>
public class Cluster : IAsyncLifetime
{
    internal Checkout Checkout { get; } = new();

    /// <summary>What is special about it, before it is deployed.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>The same, where it takes a while.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Takes back what an earlier test did to it.</summary>
    protected virtual Task Reset() => Task.CompletedTask;

    /// <summary>Why it cannot be had here; null when it can. Its tests skip then: a fixture that threw would fail them.</summary>
    protected virtual string? Unavailable => null;

    public async ValueTask InitializeAsync()
    {
        if (Unavailable is not null)
            return;
        try
        {
            Prepare();
            await PrepareAsync();
            await Checkout.Run(0, "Deploy");
            await Checkout.Sql("create table note (text text)");
        }
        catch
        {
            // A fixture that did not come up is not disposed of.
            await Checkout.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Checkout.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal Task Write(params string[] notes) =>
        Checkout.Sql($"insert into note values {string.Join(',', notes.Select(n => $"('{n}')"))}");

    internal async Task<string> Read() =>
        await Checkout.Sql("select coalesce(string_agg(text, ' ' order by text), '') from note");

    internal async Task<BackupLine> Backup(string type)
    {
        await Checkout.Run(0, "Backup", "--backup-type", type);
        return Checkout.Sets[^1];
    }

    /// <summary>Starts a test from a running cluster, whatever an earlier test left.</summary>
    internal async Task Ready()
    {
        await Reset();
        if (Checkout.RestoreState("phase") is not ("" or "started") || (await Checkout.TrySql("truncate note")).ExitCode != 0)
            await Recover();
        else if (await Jobs() is var jobs && !(jobs.Contains("postgres service running", StringComparison.Ordinal) && jobs.Contains("pgbackrest-full batch/periodic running", StringComparison.Ordinal)))
            await Recover();
    }

    // As an operator would, whatever was left.
    private async Task Recover()
    {
        var state = (await Checkout.Status()).GetProperty("state").GetString();
        if (state == "restoring")
            await Checkout.Run(0, "Restore", "--backup-set", Checkout.RestoreState("set"));
        if (state is "restoring" or "restored")
            await Checkout.Run(0, "Revert");
        if (state is "stopped" or "failed")
            await Checkout.Run(0, "Deploy");
        await Checkout.Sql("truncate note");
    }

    /// <summary>Name, type and state of each job; of those that asked and ended, nothing.</summary>
    private async Task<string> Jobs() => string.Join(", ", (await Checkout.Nomad("job", "status")).Out.Split('\n').Skip(1)
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 4 && !w[0].Contains('/', StringComparison.Ordinal))
        .Select(w => $"{w[0]} {w[1]} {string.Join(' ', w[3..].TakeWhile(s => !char.IsAsciiDigit(s[0])))}").Order(StringComparer.Ordinal));

    /// <summary>What must be the same after a refusal: the server, its files, its rows, and no restore under way.</summary>
    internal async Task<string> Unchanged()
    {
        var inode = new FileInfo(Path.Combine(Checkout.Data, "PG_VERSION"));
        return $"""
            server process {Checkout.ServerProcess}, created {inode.CreationTimeUtc:O}
            rows {await Read()}
            jobs {await Jobs()}
            beside {string.Join(' ', Directory.GetDirectories(Checkout.DataFolder).Order(StringComparer.Ordinal))}
            restore {Checkout.RestoreState("id")}
            """;
    }
}
