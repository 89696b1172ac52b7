using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Passwords work, and stand nowhere where they could be read.</summary>
public sealed class SecretTests
{
    private const string FromVariable = "Zvariable7Secret";
    private const string FromFile = "Zfile8Secret";
    private const string Superuser = "Zsuper9Secret";

    [Fact]
    public async Task Passwords_work_and_are_seen_by_nobody()
    {
        await using var checkout = new Checkout();
        var file = Path.Combine(checkout.Path, "password");
        await File.WriteAllTextAsync(file, FromFile + "\n", Wait.Token);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        checkout.Variables["APP_PASSWORD"] = FromVariable;
        checkout.Variables["SUPERUSER_PASSWORD"] = Superuser;
        checkout.Configure(p =>
        {
            p["postgres"]!["superuserPassword"] = "env:SUPERUSER_PASSWORD";
            p["postgres"]!["databases"] = new JsonArray(
                new JsonObject { ["name"] = "one", ["user"] = "first", ["password"] = "env:APP_PASSWORD" },
                new JsonObject { ["name"] = "two", ["user"] = "second", ["password"] = $"file:{file}" },
                new JsonObject { ["name"] = "three", ["user"] = "third" });
        });

        var seen = new List<string>();
        using var watching = new CancellationTokenSource();
        var watch = Task.Run(
            () =>
            {
                while (!watching.IsCancellationRequested)
                    seen.AddRange(checkout.Running.Select(p => p.CommandLine).Where(HoldsSecret));
            },
            Wait.Token);
        var deployed = await checkout.Run(0, "Deploy", "--verbosity", "verbose");
        await watching.CancelAsync();
        await watch;
        seen.ShouldBeEmpty();
        HoldsSecret(deployed.All).ShouldBeFalse(deployed.ToString());

        var port = System.Text.RegularExpressions.Regex.Match((await checkout.Status()).GetProperty("connection").GetString()!, "port=([0-9]+)").Groups[1].Value;
        var generated = Path.Combine(checkout.State, "secrets", "passwords", "third");
        (await Login(checkout, port, "first", "one", FromVariable)).ShouldBe("first one");
        (await Login(checkout, port, "second", "two", FromFile)).ShouldBe("second two");
        (await Login(checkout, port, "third", "three", await File.ReadAllTextAsync(generated, Wait.Token))).ShouldBe("third three");
        (await Login(checkout, port, "postgres", "postgres", Superuser)).ShouldBe("postgres postgres");
        (await Login(checkout, port, "first", "one", "wrong")).ShouldContain("password authentication failed");
        File.GetUnixFileMode(generated).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(generated, Wait.Token)).Length.ShouldBe(20);

        foreach (var job in new[] { "postgres", "postgres-init", "pgbackrest", "pgbackrest-init", "pgbackrest-restore", "pgbackrest-full", "pgbackrest-incr" })
            HoldsSecret((await checkout.Nomad("job", "inspect", job)).All).ShouldBeFalse(job);
        Directory.GetFiles(Path.Combine(checkout.Path, "jobs"), "*", SearchOption.AllDirectories).Length.ShouldBeGreaterThan(5);
        // In no file, binary or text, but where they belong: the node's own folder of secrets.
        var secrets = Path.Combine(checkout.State, "secrets");
        (await FilesWithSecrets(checkout)).Where(f => f != file && !f.StartsWith(secrets, StringComparison.Ordinal)).ShouldBeEmpty();
        File.GetUnixFileMode(secrets).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // A changed password is set; an unchanged one changes nothing.
        checkout.Variables["APP_PASSWORD"] = FromVariable + "2";
        await checkout.Run(0, "Deploy");
        (await Login(checkout, port, "first", "one", FromVariable + "2")).ShouldBe("first one");
        (await checkout.Run(0, "Deploy")).Out.ShouldContain("nothing was changed");
    }

    private static async Task<string> Login(Checkout checkout, string port, string user, string database, string password)
    {
        var info = checkout.Info("psql", "-XAtqw", "-h", "127.0.0.1", "-p", port, "-U", user, "-d", database, "-c", "select current_user || ' ' || current_database()");
        info.Environment["PGPASSWORD"] = password;
        using var run = new RunningBuild(info);
        return (await run.End()).All.Trim();
    }

    private static bool HoldsSecret(string text) =>
        text.Contains(FromVariable, StringComparison.Ordinal) || text.Contains(FromFile, StringComparison.Ordinal) || text.Contains(Superuser, StringComparison.Ordinal);

    // By grep: some of the files are locked by those who write them, and some are gone before they are read.
    private static async Task<string[]> FilesWithSecrets(Checkout checkout)
    {
        using var run = new RunningBuild(checkout.Info("grep", "-rlaF", "-D", "skip", "-e", FromVariable, "-e", FromFile, "-e", Superuser, checkout.Path));
        var found = (await run.End()).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        found.ShouldNotBeEmpty("they are looked for in the right place");
        return found;
    }
}
