using Runbook.Backups;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Tests.Output;
using Tests.Render;
using Xunit;

namespace Tests.Backups;

public class EscrowReportTests
{
    private const string Orange = "orange and other fruit";

    private static readonly ClusterSettings Settings = Given.Settings with
    {
        Pgbackrest = Given.Settings.Pgbackrest with
        {
            Repositories =
            [
                new() { Type = RepositoryType.Posix, Path = "/disk", CipherPassphrase = Scenarios.Secret("env:CIPHER") },
                Scenarios.S3(Scenarios.Secret("env:S3_KEY"), Scenarios.Secret("{{ key \"s3/secret\" }}")) with { CipherPassphrase = Scenarios.Secret("{{ key \"s3/cipher\" }}") },
                new() { Type = RepositoryType.Sftp, Sftp = new() { Host = "backup.example.com", User = "pgbackrest", PrivateKeyFile = "/etc/id", HostFingerprint = new string('a', 64) } },
            ],
        },
    };

    [Fact]
    public void What_must_be_kept_is_printed_without_a_secret()
    {
        var text = EscrowReport.Text(Document(Orange));
        text.ShouldNotContain(Orange);
        (text + "\n").ShouldBeApproved("escrow-text");
    }

    [Fact]
    public void Programs_read_the_same() => (EscrowReport.Json(Document(Orange)) + "\n").ShouldBeApproved("escrow-json");

    [Fact]
    public void A_passphrase_is_known_again_and_told_from_another_one()
    {
        Fingerprint(Document(Orange)).ShouldBe(Fingerprint(Document(Orange)));
        Fingerprint(Document(Orange)).ShouldNotBe(Fingerprint(Document("apple")));
    }

    [Fact]
    public void What_cannot_be_had_here_is_said_and_stops_nothing()
    {
        var passphrase = Document(null).Repositories[0].Passphrase!;
        passphrase.Fingerprint.ShouldBeNull();
        passphrase.Unknown.ShouldBe("env:CIPHER: the environment variable CIPHER is not set");
        Document(Orange).Repositories[1].Passphrase!.Unknown!.ShouldContain("the node renders it");
    }

    [Fact]
    public void Without_a_cluster_to_ask_the_configuration_is_still_printed()
    {
        var document = EscrowReport.Document(Settings, "local", null, "Nomad does not answer", new SecretResolver(_ => null), "script", Given.Noon);
        (document.Unknown, document.SystemIdentifier, document.PostgresVersion, document.Repositories.Count).ShouldBe(("Nomad does not answer", null, "15", 3));
        EscrowReport.Text(document).ShouldContain("the cluster could not be asked: Nomad does not answer");
    }

    private static string Fingerprint(EscrowDocument document) => document.Repositories[0].Passphrase!.Fingerprint.ShouldNotBeNull();

    private static EscrowDocument Document(string? passphrase) => EscrowReport.Document(
        Settings, "local", Given.Node, "", new SecretResolver(name => name == "CIPHER" ? passphrase : null), "#!/bin/bash\necho \"the 'commands'\"\n", Given.Noon);
}
