using Runbook.Checks;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class RepositoryRuleTests
{
    [Fact]
    public void The_only_one_that_does_not_answer_is_critical()
    {
        var finding = Reachable(GivenHealth.Node(n => n with { Repository = null, RepositoryError = "x", Repositories = [GivenHealth.Status(1, 99, "[PathOpenError] denied")] })).ShouldHaveSingleItem();
        (finding.Level, finding.Measured).ShouldBe((HealthLevel.Critical, "the repository does not answer: [PathOpenError] denied"));
        finding.Measures.ShouldHaveSingleItem().Value.ShouldBe(0);
    }

    [Fact]
    public void One_that_pgBackRest_could_not_even_ask_is_critical() =>
        Reachable(GivenHealth.Node(n => n with { Repository = null, RepositoryError = "ERROR: [031]: invalid option", Repositories = [] })).ShouldHaveSingleItem().Measured
            .ShouldBe("the repository does not answer: ERROR: [031]: invalid option");

    [Fact]
    public void A_directory_that_is_not_mounted_looks_like_a_stanza_that_was_never_made()
    {
        var finding = Reachable(GivenHealth.Node(n => n with { Repository = Given.Repository with { Sets = [] }, Repositories = Given.Status(1) })).ShouldHaveSingleItem();
        finding.Level.ShouldBe(HealthLevel.Critical);
        finding.Measured.ShouldBe("the repository holds no stanza db (missing stanza path): it was never created, or /repo is another place");
        finding.Next.ShouldContain("what is mounted there");
    }

    [Theory]
    [InlineData(99, true, HealthLevel.Warning), InlineData(99, false, HealthLevel.Critical), InlineData(1, true, HealthLevel.Warning)]
    public void Beside_another_that_has_a_full_backup_it_is_a_warning(int code, bool whole, HealthLevel level)
    {
        var look = GivenHealth.Node(n => n with
        {
            Repository = Given.Repository with { Sets = [Given.Set with { Error = !whole }] },
            Repositories = [GivenHealth.Status(1, 0), GivenHealth.Status(2, code, "gone")],
        }, GivenHealth.Two);
        Reachable(look).Select(f => (f.Repository, f.Level)).ShouldBe([(1, HealthLevel.Ok), (2, level)]);
    }

    [Fact]
    public void Who_reads_an_open_repository_reads_the_data()
    {
        var finding = RepositoryRule.Of(GivenHealth.Look()).Single(f => f.Check == "encryption");
        (finding.Level, finding.Measured).ShouldBe((HealthLevel.Ok, "the repository is not encrypted: who can read /repo reads the data"));
        SecretReference.Parse("env:P", out var passphrase);
        RepositoryRule.Of(GivenHealth.Look(settings: GivenHealth.Settings(p => p with { Repositories = [p.Repositories[0] with { CipherPassphrase = passphrase }] })))
            .Single(f => f.Check == "encryption").Measured.ShouldBe("the repository is encrypted");
    }

    [Theory]
    [InlineData(true, HealthLevel.Warning, "repository 2 accepts any certificate (tls.trustAnyCertificate): an attacker on the network can read and change the backups")]
    [InlineData(false, HealthLevel.Ok, "the certificate of repository 2 is verified")]
    public void A_certificate_that_is_not_verified_is_said_every_time(bool any, HealthLevel level, string measured)
    {
        var settings = GivenHealth.Two with
        {
            Pgbackrest = GivenHealth.Two.Pgbackrest with
            {
                Repositories = [GivenHealth.Two.Pgbackrest.Repositories[0], GivenHealth.Two.Pgbackrest.Repositories[1] with { Tls = new TlsSettings { TrustAnyCertificate = any } }],
            },
        };
        var finding = RepositoryRule.Of(GivenHealth.Look(settings: settings)).Where(f => f.Check == "tls").ShouldHaveSingleItem();
        (finding.Level, finding.Measured).ShouldBe((level, measured));
    }

    private static IEnumerable<Finding> Reachable(HealthLook look) => RepositoryRule.Of(look).Where(f => f.Check == "repository");
}
