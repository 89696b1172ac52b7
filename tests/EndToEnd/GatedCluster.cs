namespace Tests.EndToEnd;

/// <summary>A cluster whose pgbackrest can be stopped at a chosen moment.</summary>
public class GatedCluster : Cluster
{
    internal Gate Gate { get; private set; } = null!;

    protected override void Prepare() => Gate = new Gate(Checkout);

    // A test that failed may have left something standing there.
    protected override Task Reset() => Gate.Kill();
}
