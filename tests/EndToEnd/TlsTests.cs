using System.Text.Json.Nodes;
using Shouldly;
using Tests.EndToEnd.S3;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Real clients: they must use TLS, they can verify who they speak to, and a new certificate needs no restart.</summary>
public sealed class TlsTests
{
    private const string Password = "Zapp7Secret";

    [Fact]
    public async Task Clients_verify_the_server_and_a_new_certificate_restarts_nothing()
    {
        await using var checkout = new Checkout();
        checkout.Variables["APP_PASSWORD"] = Password;
        checkout.Configure(p =>
        {
            p["postgres"]!["databases"] = new JsonArray(new JsonObject { ["name"] = "app", ["password"] = "env:APP_PASSWORD" });
            p["postgres"]!["superuserPassword"] = "env:APP_PASSWORD";
            p["postgres"]!["tls"] = new JsonObject { ["mode"] = "self_signed", ["names"] = new JsonArray("db.example.com") };
        });
        await checkout.Run(0, "Deploy");
        var server = checkout.ServerProcess;
        var own = await Trusted(checkout, await File.ReadAllTextAsync(Path.Combine(checkout.State, "secrets", "serving", "server.crt"), Wait.Token));
        (await Client(checkout, "app", $"host=localhost sslmode=verify-full sslrootcert={own}")).ShouldBe("app TLSv1.3");
        (await Client(checkout, "app", $"host=db.example.com hostaddr=127.0.0.1 sslmode=verify-full sslrootcert={own}")).ShouldBe("app TLSv1.3");
        (await Client(checkout, "app", $"host=other.example.com hostaddr=127.0.0.1 sslmode=verify-full sslrootcert={own}")).ShouldContain("does not match host name");
        (await Client(checkout, "app", "host=127.0.0.1 sslmode=disable")).ShouldContain("no encryption");
        (await Client(checkout, "postgres", $"host=localhost sslmode=verify-full sslrootcert={own}")).ShouldContain("pg_hba.conf rejects connection");

        using var authority = new TestAuthority("the company's CA");
        var issued = authority.Issue();
        var at = issued.IndexOf("-----BEGIN PRIVATE KEY-----", StringComparison.Ordinal);
        var key = Path.Combine(checkout.Path, "key.pem");
        await File.WriteAllTextAsync(key, issued[at..], Wait.Token);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        checkout.Variables["CERTIFICATE"] = issued[..at];
        checkout.Configure(p => p["postgres"]!["tls"] = new JsonObject { ["mode"] = "given", ["certificate"] = "env:CERTIFICATE", ["key"] = $"file:{key}" });
        var leaks = new Leaks(checkout, issued[at..].Split('\n')[1]);
        var changed = await leaks.NoneInProcessesDuring(() => checkout.Run(0, "Deploy", "--verbosity", "verbose"));
        leaks.In(changed.All).ShouldBeFalse(changed.ToString());
        await leaks.NoneAtRest(key);
        checkout.ServerProcess.ShouldBe(server);
        var company = await Trusted(checkout, authority.Pem);
        (await Client(checkout, "app", $"host=localhost sslmode=verify-full sslrootcert={company}")).ShouldBe("app TLSv1.3");
        (await Client(checkout, "app", $"host=localhost sslmode=verify-full sslrootcert={own}")).ShouldContain("certificate verify failed");
        (await checkout.Run(0, "Deploy")).Out.ShouldContain("nothing was changed");
        (await checkout.Run(0, "Drift")).Out.ShouldContain("no drift");

        // One that does not fit is refused, and clients notice nothing.
        await File.WriteAllTextAsync(key, authority.Issue()[at..], Wait.Token);
        (await checkout.Run(1, "Deploy")).Error.ShouldContain("postgres.tls.key is not the key of postgres.tls.certificate");
        (await Client(checkout, "app", $"host=localhost sslmode=verify-full sslrootcert={company}")).ShouldBe("app TLSv1.3");
        checkout.ServerProcess.ShouldBe(server);
    }

    private static async Task<string> Trusted(Checkout checkout, string pem)
    {
        var path = Path.Combine(checkout.Path, $"{Guid.NewGuid():N}.crt");
        await File.WriteAllTextAsync(path, pem, Wait.Token);
        return path;
    }

    private static async Task<string> Client(Checkout checkout, string user, string connection)
    {
        var info = checkout.Info(Checkout.Psql, "-XAtqw", "-F", " ", "-d", $"{connection} port={checkout.Port} user={user} dbname={user}",
            "-c", "select current_user, version from pg_stat_ssl where pid = pg_backend_pid()");
        info.Environment["PGPASSWORD"] = Password;
        using var run = new RunningBuild(info);
        return (await run.End()).All.Trim();
    }
}
