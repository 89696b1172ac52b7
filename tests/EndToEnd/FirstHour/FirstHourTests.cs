using System.Text.Json;
using Shouldly;
using Tests.LocalNomad;
using Xunit;

namespace Tests.EndToEnd.FirstHour;

/// <summary>
/// README's section on a real Nomad, typed word by word in a fresh clone, and the hour after it: restores, and agents that end and are away. A client
/// writes all the time. Only folders, the address and the port are those of the test.
/// </summary>
[Trait("Nomad", "Real")]
public sealed class FirstHourTests : IAsyncDisposable
{
    private const string Build = "./build.sh --profile production";

    private readonly string _folder = Directory.CreateDirectory($"/tmp/pgn-{Guid.NewGuid().ToString("N")[..10]}", (UnixFileMode)0x1ED).FullName;
    private readonly string _port = $"{NomadFixture.FreePorts(1)[0]}";
    private NomadAgents? _nomad;

    private string Volumes => Path.Combine(_folder, "srv");

    private string Connection => $"host={Volumes}/socket port={_port} user=postgres dbname=postgres";

    private string ServerProcess => File.ReadLines(Path.Combine(Volumes, "data", "15", "main", "postmaster.pid")).First();

    public async ValueTask DisposeAsync()
    {
        if (_nomad is not null)
            await _nomad.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_README_types_works_and_agents_come_and_go_without_the_server()
    {
        var readme = await Instructions.ReadAsync("On a real Nomad");
        _nomad = new NomadAgents(NomadAgents.Required(), _folder);
        var clone = await FreshClone.MakeAsync(Path.Combine(_folder, "checkout"), _nomad.PathVariable);
        await FollowAsync(readme, clone, _nomad);

        await using var oracle = await Oracle.StartAsync(_folder, Connection);
        await oracle.MoreAsync();
        await clone.TypeAsync($"{Build} Backup --backup-type full");
        await AgentsComeAndGoAsync(clone, _nomad, oracle);
        await RestoresAsync(clone, oracle);
        await clone.TypeAsync($"{Build} Destroy --yes");
    }

    private async Task FollowAsync(Instructions readme, FreshClone clone, NomadAgents nomad)
    {
        // Packages are there: `Test` has installed them.
        var typed = new Queue<string>(readme.Typed.Where(l => !l.StartsWith("apt-get ", StringComparison.Ordinal)).Select(Here));
        await clone.TypeAsync(typed.Dequeue());
        await nomad.StartAsync(Here(readme.Block("client {")));
        clone.Write(".nuke/parameters.production.json", Here(readme.Block("{\n  \"$schema\"")).Replace("\"version\": 15,", $"\"version\": 15, \"port\": {_port},", StringComparison.Ordinal));
        typed.Count.ShouldBeGreaterThan(2);
        foreach (var line in typed)
        {
            var outcome = await clone.TryAsync(line);
            // Clients without TLS are a warning of Doctor's.
            outcome.ExitCode.ShouldBe(line.Contains(" Doctor", StringComparison.Ordinal) ? 5 : 0, outcome.ToString());
        }
        (await clone.TypeAsync($"{Build} Deploy")).Out.ShouldContain("nothing to do");
    }

    private async Task AgentsComeAndGoAsync(FreshClone clone, NomadAgents nomad, Oracle oracle)
    {
        var (server, since) = (ServerProcess, oracle.Acknowledged);
        foreach (var signal in new[] { Processes.Interrupt, Processes.Kill })
        {
            await nomad.StopClientAsync(signal);
            await nomad.StartClientAsync();
            await StateIs(clone, "running");
            // Clients without TLS are a warning, and the only one.
            (await clone.TypeAsync($"{Build} Check", 5)).Error.ShouldContain("1 warning");
        }
        // Longer than its heartbeat: the servers count it as lost.
        await nomad.StopClientAsync(Processes.Interrupt);
        await Wait.Until("a node that is away", async () => await nomad.NodeAsync() is "disconnected" or "down", 180);
        var waits = await nomad.WaitsForNodesAsync();
        if (waits)
            (await clone.TypeAsync($"{Build} Status")).Out.ShouldContain("agent is away");
        await nomad.StartClientAsync();
        await StateIs(clone, "running");

        await oracle.MoreAsync();
        if (waits)
        {
            ServerProcess.ShouldBe(server);
            oracle.LongestGap(since).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }
        await oracle.CheckAsync();
    }

    private static async Task RestoresAsync(FreshClone clone, Oracle oracle)
    {
        await RestoreAsync(clone, oracle, RecoveryPoint.Latest.With("--backup-set", "latest"));
        var row = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var before = oracle.Timeline;
        var begun = oracle.Acknowledged;
        var point = RecoveryPoint.Lsn(row);
        await clone.TypeAsync($"{Build} Restore Revert --online {string.Join(' ', point.Words)}");
        await oracle.MoreAsync();
        oracle.LongestGap(begun).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        var replaced = await oracle.CheckAsync(point, before);

        before = oracle.Timeline;
        oracle.Hold();
        await clone.TypeAsync($"{Build} Undo Revert --yes");
        await oracle.CheckAsync(RecoveryPoint.Latest, before, replaced);
        oracle.Go();
        await oracle.MoreAsync();
    }

    private static async Task RestoreAsync(FreshClone clone, Oracle oracle, RecoveryPoint point)
    {
        var since = oracle.Timeline;
        oracle.Hold();
        await clone.TypeAsync($"{Build} Restore Revert {string.Join(' ', point.Words)}");
        await oracle.CheckAsync(point, since);
        oracle.Go();
        await oracle.MoreAsync();
    }

    private static Task StateIs(FreshClone clone, string state) => Wait.Until(state, async () =>
    {
        var outcome = await clone.TryAsync($"{Build} Status --output json");
        return outcome.ExitCode == 0 && JsonDocument.Parse(outcome.Out).RootElement.GetProperty("state").GetString() == state;
    }, 60);

    private string Here(string text) => text.Replace("/srv/postgres", Volumes, StringComparison.Ordinal)
        .Replace("http://127.0.0.1:4646", _nomad!.Address, StringComparison.Ordinal);
}
