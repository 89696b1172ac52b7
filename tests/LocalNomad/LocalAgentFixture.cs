namespace Tests.LocalNomad;

/// <summary>An agent of the stand-in that keeps its state, to be killed and started again.</summary>
public class LocalAgentFixture : NomadFixture
{
    protected override IReadOnlyList<string> AgentFlags => [];

    public static async Task<LocalAgentFixture> StartAsync()
    {
        if (IsReal)
            Xunit.Assert.Skip("This is about the stand-in's own agent.");
        var fixture = new LocalAgentFixture();
        await fixture.InitializeAsync();
        return fixture;
    }

    // Without -dev tasks survive their agent; those of a test must not survive the test.
    public override async ValueTask DisposeAsync()
    {
        foreach (var job in (await RunAsync("job", "status")).Output.Split('\n').Skip(1).Select(line => line.Split(' ')[0]).Where(id => id.Length > 0))
            await RunAsync("job", "stop", "-purge", "-yes", "-detach", job);
        await Eventually.TrueAsync(async () => (await RunAsync("alloc", "status", "-json")).Output is var output
            && !output.Contains("\"ClientStatus\": \"running\"", StringComparison.Ordinal)
            && !output.Contains("\"ClientStatus\": \"pending\"", StringComparison.Ordinal), "all tasks to end");
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
