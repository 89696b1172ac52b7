using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>The server's certificate: made or taken, checked before it is in place, and never beside the key of another one.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly Node _node = new();

    public CertificateTests()
    {
        _node.SetFake("serving", "");
        foreach (var name in (string[])["databases.tsv", "reload.conf", "pg_hba.conf"])
            File.WriteAllText(_node.At("task", name), "");
    }

    private string Tls => Path.Combine(_node.State, "secrets", "serving");

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Without_a_mode_there_is_none()
    {
        Init().Code.ShouldBe(0);
        Directory.Exists(Tls).ShouldBeFalse();
    }

    [Fact]
    public void A_self_signed_one_is_made_once_for_all_names_and_its_key_is_the_owners()
    {
        Mode("self_signed", "db.example.com", "10.0.0.5");
        var said = Init();
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("-----BEGIN CERTIFICATE-----");
        said.Output.ShouldNotContain("PRIVATE KEY");
        File.GetUnixFileMode(Path.Combine(Tls, "server.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var made = InPlace())
        {
            foreach (var name in (string[])["db.example.com", "localhost"])
                made.MatchesHostname(name).ShouldBeTrue(name);
            made.MatchesHostname("10.0.0.5").ShouldBeTrue();
            made.NotAfter.ToUniversalTime().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().UtcDateTime.AddYears(9));
            Init().Code.ShouldBe(0);
            using var again = InPlace();
            again.Thumbprint.ShouldBe(made.Thumbprint, "clients trust this one");
        }

        Mode("self_signed", "other.example.com");
        Init().Code.ShouldBe(0);
        using var other = InPlace();
        other.MatchesHostname("db.example.com").ShouldBeFalse();
        Directory.GetDirectories(Path.Combine(_node.State, "secrets")).Count(d => Path.GetFileName(d).StartsWith("serving.", StringComparison.Ordinal)).ShouldBe(1, "the old key is gone");
    }

    [Fact]
    public void A_given_one_is_taken_from_what_was_delivered_or_rendered()
    {
        Mode("given");
        Init().Error.ShouldContain("server.crt has not been delivered to this node: run Deploy");
        Deliver(Pair("one", 30));
        Init().Code.ShouldBe(0);
        Subject().ShouldBe("CN=one");
        var (certificate, key) = Pair("two", 30);
        Directory.CreateDirectory(_node.At("secrets", "tls"));
        File.WriteAllText(_node.At("secrets", "tls", "server.crt"), certificate);
        File.WriteAllText(_node.At("secrets", "tls", "server.key"), key);
        Init().Code.ShouldBe(0);
        Subject().ShouldBe("CN=two");
    }

    [Fact]
    public void What_the_server_or_clients_would_refuse_leaves_the_old_one()
    {
        Mode("given");
        var good = Pair("good", 30);
        Deliver(good);
        Init().Code.ShouldBe(0);
        Refused((good.Certificate, Pair("x", 30).Key), "is not the key of postgres.tls.certificate");
        Refused(("nonsense", good.Key), "postgres.tls.certificate is no certificate in PEM");
        Refused((good.Certificate, "nonsense"), "is not the key of postgres.tls.certificate");
        Refused(Pair("old", -1), "postgres.tls.certificate is over since");

        void Refused((string, string) pair, string reason)
        {
            Deliver(pair);
            var said = Init();
            said.Code.ShouldBe(1);
            said.Error.ShouldContain(reason);
            Subject().ShouldBe("CN=good");
        }
    }

    [Fact, Thorough]
    public void Killed_before_any_of_its_renames_it_leaves_a_pair_that_fits_and_ends_well_when_it_is_run_again()
    {
        Mode("given");
        Deliver(Pair("first", 30));
        Init().Code.ShouldBe(0);
        var kills = 0;
        for (var call = 1; ; call++)
        {
            Deliver(Pair($"n{call}", 30));
            _node.KillAt(call);
            var killed = Init().Code == Said.Killed;
            _node.KillNoMore();
            X509Certificate2.CreateFromPemFile(Path.Combine(Tls, "server.crt"), Path.Combine(Tls, "server.key")).HasPrivateKey.ShouldBeTrue();
            if (!killed)
                break;
            kills++;
            Init().Code.ShouldBe(0);
            Subject().ShouldBe($"CN=n{call}");
        }

        kills.ShouldBeGreaterThan(1);
    }

    private void Mode(string mode, params string[] names) => File.WriteAllLines(_node.At("task", "certificate"), [mode, .. names]);

    private X509Certificate2 InPlace() => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Tls, "server.crt"));

    private string Subject()
    {
        using var certificate = InPlace();
        return certificate.Subject;
    }

    private void Deliver((string Certificate, string Key) pair)
    {
        var folder = Path.Combine(_node.State, "secrets", "tls");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "server.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(folder, "server.key"), pair.Key);
    }

    private static (string Certificate, string Key) Pair(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-2), now.AddDays(days));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private Said Init() => _node.Run("init.sh", [], ("NOMAD_META_fingerprint", "f1"), ("PGN_CLUSTER", "main"));
}
