using System.Text.Json.Nodes;

namespace Tests.EndToEnd;

/// <summary>A cluster whose repository is encrypted.</summary>
public class EncryptedCluster : Cluster
{
    internal const string Passphrase = "correct horse battery staple";

    protected override void Prepare()
    {
        Checkout.Configure(p => p["pgbackrest"]!["repositories"]![0]!["cipherPassphrase"] = JsonValue.Create("env:REPOSITORY_PASSPHRASE"));
        Checkout.Variables["REPOSITORY_PASSPHRASE"] = Passphrase;
    }
}
