using Runbook.Checks;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class TlsRuleTests
{
    [Theory]
    [InlineData("*", CertificateSource.Off, true, "clients of other hosts connect without TLS (postgres.listenAddresses is \"*\")")]
    [InlineData("localhost, 10.0.0.5", CertificateSource.Off, true, "clients of other hosts connect without TLS (postgres.listenAddresses is \"localhost, 10.0.0.5\")")]
    [InlineData("localhost,127.0.0.1,::1", CertificateSource.Off, false, "the server listens on loopback only")]
    [InlineData("", CertificateSource.Off, false, "the server listens on loopback only")]
    [InlineData("*", CertificateSource.SelfSigned, false, "clients must use TLS")]
    public void Clients_without_TLS_are_a_finding_of_Check_and_of_Doctor(string addresses, CertificateSource mode, bool isOpen, string found) =>
        Told(p => p with { ListenAddresses = addresses, Tls = new() { Mode = mode } }, new(), isOpen, found);

    [Fact]
    public void What_else_encrypts_counts()
    {
        Told(p => p, new() { ServiceName = "db", Connect = true }, isOpen: false, "Consul Connect encrypts the connections of clients");
        Told(p => p with { Settings = new Dictionary<string, string> { ["SSL"] = "on" } }, new(), isOpen: false, "postgres.settings turns TLS on; postgres.hba decides whether clients must use it");
        Told(p => p with { Tls = new() { Mode = CertificateSource.SelfSigned, AllowPlain = true } }, new(), isOpen: true, "TLS is on, and clients of other hosts may connect without it (postgres.tls.allowPlain)");
    }

    private static void Told(Func<PostgresSettings, PostgresSettings> change, ConsulSettings consul, bool isOpen, string found)
    {
        var settings = Given.Settings with { Postgres = change(Given.Settings.Postgres with { ListenAddresses = "*" }), Consul = consul };
        var finding = TlsRule.Of(GivenHealth.Look(settings: settings)).ShouldHaveSingleItem();
        (finding.Level, finding.Measured).ShouldBe((isOpen ? HealthLevel.Warning : HealthLevel.Ok, found));
        finding.Next.Contains("postgres.tls.mode", StringComparison.Ordinal).ShouldBe(isOpen);
        var diagnosis = TlsRule.Of(new DoctorLook(settings, GivenDoctor.Good)).ShouldHaveSingleItem();
        (diagnosis.State, diagnosis.Found).ShouldBe((isOpen ? DoctorState.Warn : DoctorState.Ok, found));
    }
}
