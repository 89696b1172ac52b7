namespace Tests.LocalNomad;

/// <summary>An agent of the stand-in that keeps its state, to be killed and started again.</summary>
public class LocalAgentFixture : NomadFixture
{
    protected override IReadOnlyList<string> AgentFlags => [];

    public static async Task<LocalAgentFixture> StartAsync()
    {
        var fixture = new LocalAgentFixture();
        await fixture.InitializeAsync();
        return fixture;
    }

    public override async ValueTask DisposeAsync()
    {
        await StopJobsAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
