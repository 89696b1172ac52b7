using System.Text.Json;
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
        return (await Checkout.Sets())[^1];
    }

    /// <summary>Starts a test from a running cluster, whatever an earlier test left.</summary>
    internal async Task Ready()
    {
        await Reset();
        var state = (await Checkout.Status()).GetProperty("state").GetString();
        if (state == "restoring")
            await Checkout.Run(0, "Restore", "--backup-set", Checkout.RestoreState("set"));
        if (state is "restoring" or "restored")
            await Checkout.Run(0, "Revert");
        if (state is "stopped" or "failed")
            await Checkout.Run(0, "Deploy");
        await Checkout.Sql("truncate note");
    }

    /// <summary>What must be the same after a refusal: the server, its files, its rows, and no restore under way.</summary>
    internal async Task<string> Unchanged()
    {
        var inode = new FileInfo(Path.Combine(Checkout.Data, "PG_VERSION"));
        var status = await Checkout.Status();
        var jobs = string.Join(' ', status.GetProperty("jobs").EnumerateArray().Select(j => j.ToString()));
        return $"""
            state {status.GetProperty("state")}, server process {Checkout.ServerProcess}, created {inode.CreationTimeUtc:O}
            rows {await Read()}
            jobs {jobs}
            beside {string.Join(' ', Directory.GetDirectories(Checkout.DataFolder).Order(StringComparer.Ordinal))}
            restore {status.GetProperty("restore").ValueKind == JsonValueKind.Null}, lock {status.GetProperty("lock").ValueKind == JsonValueKind.Null}
            """;
    }
}
