using System.Text.Json.Nodes;

namespace Tests.EndToEnd.S3;

/// <summary>A cluster that is written to, whose one repository is an encrypted bucket behind TLS that is verified.</summary>
public sealed class S3Cluster(S3Server server) : OracleCluster
{
    internal const string Passphrase = "Zpassphrase7of-the-bucket";

    internal S3Bucket Bucket { get; private set; } = null!;

    /// <summary>What must be seen nowhere.</summary>
    internal IReadOnlyList<string> Secrets => [Passphrase, .. Bucket.Secrets.Values];

    protected override string? Unavailable => S3Server.Unavailable;

    protected override async Task PrepareAsync()
    {
        Bucket = await (await server.GatewayAsync()).CreateBucketAsync();
        Bucket.BecomesRepositoryOf(Checkout, r =>
        {
            r["cipherPassphrase"] = "env:PASSPHRASE";
            r["retention"] = new JsonObject { ["full"] = 50 };
        });
        Checkout.Variables["PASSPHRASE"] = Passphrase;
    }
}
