using Runbook.Cluster;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class SecretBundleTests
{
    private static readonly ClusterSettings Settings = Given.Settings with
    {
        Postgres = new()
        {
            Version = 15,
            SuperuserPassword = Reference("env:SUPER"),
            Databases = [new() { Name = "app", Password = Reference("env:APP") }, new() { Name = "generated" }],
        },
        Pgbackrest = new()
        {
            Repositories =
            [
                new() { Type = RepositoryType.Posix, Path = "/disk", CipherPassphrase = Reference("env:CIPHER") },
                new()
                {
                    Type = RepositoryType.S3,
                    S3 = new() { Endpoint = "s3.example.com", Bucket = "b", Region = "r", Key = Reference("env:KEY"), KeySecret = Reference("{{ key \"x\" }}") },
                },
            ],
        },
    };

    [Fact]
    public void Only_what_the_operator_has_is_laid_out_for_the_node()
    {
        var files = Resolve("hunter2", "s3cret", "AKIA").Files;
        files.Keys.ShouldBe(["passwords/app", "passwords/postgres", "pgbackrest.d/repository.conf"]);
        files["passwords/postgres"].ShouldBe("hunter2");
        files["pgbackrest.d/repository.conf"].ShouldBe("[global]\nrepo1-cipher-pass=orange\nrepo2-s3-key=AKIA");
    }

    [Theory]
    [InlineData("-----BEGIN-----\nabc\n-----END-----\n"), InlineData("-----BEGIN-----\\nabc\\n-----END-----"), InlineData("-----BEGIN-----\r\nabc\r\n-----END-----")]
    public void A_key_keeps_its_lines_however_it_is_given(string given)
    {
        var settings = Given.Settings with
        {
            Postgres = new() { Version = 15, Tls = new() { Mode = CertificateSource.Given, Certificate = Reference("{{ key \"x\" }}"), Key = Reference("env:KEY") } },
        };
        var bundle = SecretBundle.Resolve(settings, new SecretResolver(name => name == "KEY" ? given : null));
        bundle.Files.Keys.ShouldBe(["tls/server.key"]);
        bundle.Files["tls/server.key"].ShouldBe("-----BEGIN-----\nabc\n-----END-----\n");
        Should.Throw<ConfigurationException>(() => SecretBundle.Resolve(settings, new SecretResolver(_ => "\n"))).Errors.ShouldHaveSingleItem().Path.ShouldBe("postgres.tls.key");
    }

    [Fact]
    public void The_fingerprint_changes_with_each_secret_and_holds_none()
    {
        var first = Resolve("hunter2", "s3cret", "AKIA").Fingerprint;
        Resolve("hunter2", "s3cret", "AKIA").Fingerprint.ShouldBe(first);
        string[] others = [Resolve("x", "s3cret", "AKIA").Fingerprint, Resolve("hunter2", "x", "AKIA").Fingerprint, Resolve("hunter2", "s3cret", "x").Fingerprint];
        others.Append(first).Distinct().Count().ShouldBe(4);
        first.ShouldMatch("^[0-9a-f]{32}$");
    }

    [Fact]
    public void Without_secrets_there_is_nothing_to_deliver()
    {
        var none = SecretBundle.Resolve(Given.Settings, new SecretResolver(_ => null));
        none.Files.ShouldBeEmpty();
        none.Fingerprint.ShouldBeEmpty();
    }

    [Fact]
    public void All_that_are_missing_are_named()
    {
        var error = Should.Throw<ConfigurationException>(() => SecretBundle.Resolve(Settings, new SecretResolver(name => name == "APP" ? "s3cret" : null)));
        error.Errors.Select(e => e.Path).ShouldBe(["postgres.superuserPassword", "pgbackrest.repositories[0].cipherPassphrase", "pgbackrest.repositories[1].s3.key"]);
        error.Message.ShouldNotContain("s3cret");
    }

    [Fact]
    public void Nothing_is_read_before_it_is_needed_and_then_once()
    {
        var read = new List<string>();
        var bundle = SecretBundle.WhenNeeded(Settings, new SecretResolver(name =>
        {
            read.Add(name);
            return "x";
        }));
        read.ShouldBeEmpty();
        bundle.Fetch();
        _ = bundle.Fingerprint + bundle.Files.Count;
        read.ShouldBe(["SUPER", "APP", "CIPHER", "KEY"]);
    }

    [Fact]
    public void A_passphrase_with_blanks_at_its_ends_is_refused_and_a_password_is_not()
    {
        var error = Should.Throw<ConfigurationException>(() => SecretBundle.Resolve(
            Settings, new SecretResolver(name => name switch { "CIPHER" => " orange", "KEY" => "AKIA", _ => " s3cret " })));
        error.Errors.Select(e => e.Path).ShouldBe(["pgbackrest.repositories[0].cipherPassphrase"]);
        error.Message.ShouldContain("begins or ends with a blank");
        error.Message.ShouldNotContain("orange");
    }

    [Fact]
    public void A_role_of_any_name_has_a_file_of_its_own_in_its_folder()
    {
        var settings = Settings with
        {
            Postgres = Settings.Postgres with
            {
                Databases = [Named("../../../main/x"), Named("app.new"), Named("x'; touch /tmp/x; '")],
            },
        };
        SecretBundle.Resolve(settings, new SecretResolver(_ => "x")).Files.Keys.ShouldBe(
        [
            "passwords/%2E%2E%2F%2E%2E%2F%2E%2E%2Fmain%2Fx", "passwords/app%2Enew", "passwords/postgres",
            "passwords/x%27%3B%20touch%20%2Ftmp%2Fx%3B%20%27", "pgbackrest.d/repository.conf",
        ]);
    }

    private static SecretBundle Resolve(string super, string app, string key) => SecretBundle.Resolve(
        Settings, new SecretResolver(name => name switch { "SUPER" => super, "APP" => app, "CIPHER" => "orange", _ => key }));

    private static SecretReference Reference(string text)
    {
        SecretReference.Parse(text, out var reference).ShouldBeNull();
        return reference!;
    }

    private static DatabaseSettings Named(string name) => new() { Name = name, Password = Reference("env:APP") };
}
