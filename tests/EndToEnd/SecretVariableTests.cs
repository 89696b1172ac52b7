using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Secrets from Nomad variables: passwords, and the passphrase that every job of the repository needs.</summary>
public sealed class SecretVariableTests
{
    private const string Superuser = "Zsuper4Variable";
    private const string Application = "Zapp5Variable";
    private const string Passphrase = "Zcipher6Variable";
    private const string Changed = "Zchanged7Variable";

    [Fact, Thorough]
    public async Task Secrets_are_read_from_variables_and_are_seen_by_nobody()
    {
        await using var checkout = new Checkout();
        var leaks = new Leaks(checkout, Superuser, Application, Passphrase, Changed);
        checkout.Configure(p =>
        {
            p["postgres"]!["superuserOverTcp"] = true;
            p["postgres"]!["superuserPassword"] = Template("nomad/jobs/postgres-init", "superuser");
            p["postgres"]!["databases"] = new JsonArray(
                new JsonObject { ["name"] = "one", ["user"] = "first", ["password"] = Template("nomad/jobs/postgres-init", "first") });
            p["pgbackrest"]!["repositories"]![0]!["cipherPassphrase"] = Template("nomad/jobs", "cipher");
        });

        // Nobody has put them there yet: said at once, not waited for.
        var missing = await checkout.Run(1, "Deploy");
        missing.Error.ShouldContain("waits for the Nomad variable nomad/jobs, which is not there");
        missing.Error.ShouldContain("nomad var put nomad/jobs ");
        await Put(checkout, "nomad/jobs", "cipher", Passphrase);
        await Put(checkout, "nomad/jobs/postgres-init", "superuser", Superuser, "first", Application + "\n");

        await leaks.NoneIn(0, "Deploy", "--verbosity", "verbose");

        (await checkout.Login("postgres", "postgres", Superuser)).ShouldBe("postgres postgres");
        (await checkout.Login("first", "one", Application)).ShouldBe("first one");
        (await checkout.Login("first", "one", "wrong")).ShouldContain("password authentication failed");
        checkout.Sets.ShouldHaveSingleItem();
        // By somebody who has no passphrase it cannot be read.
        var label = checkout.Sets[0].Label;
        (await File.ReadAllTextAsync(Path.Combine(checkout.Backups, label, "backup.manifest"), Wait.Token)).ShouldNotContain("[backup]");
        await leaks.NoneIn(0, "Backup", "--backup-type", "incr");

        await leaks.NoneInNomad();
        (await leaks.Files()).Where(f => !IsGuarded(f)).ShouldBeEmpty();
        (await checkout.Run(0, "Deploy")).Out.ShouldContain("nothing was changed");

        // A changed password is set by the job that sets passwords; the repository's secrets are read by each command.
        await Put(checkout, "nomad/jobs/postgres-init", "superuser", Superuser, "first", Changed);
        (await checkout.Nomad("job", "dispatch", "-detach", "-meta", "fingerprint=changed", "postgres-init")).ExitCode.ShouldBe(0);
        await Wait.Until("the changed password to be set", async () => await checkout.Login("first", "one", Changed) == "first one");
    }

    private static string Template(string path, string key) => $$$"""{{ with nomadVar "{{{path}}}" }}{{ .{{{key}}} }}{{ end }}""";

    /// <summary>As an operator does it: on standard input, or in files; never as an argument.</summary>
    private static async Task Put(Checkout checkout, string path, params string[] items)
    {
        var specification = new JsonObject { ["Path"] = path, ["Items"] = new JsonObject(items.Chunk(2).Select(i => KeyValuePair.Create(i[0], (JsonNode?)i[1]))) };
        var put = await checkout.NomadWith(specification.ToJsonString(), "var", "put", "-force", "-out", "none", "-");
        put.ExitCode.ShouldBe(0, put.ToString());
    }

    // The agent's own state, or what is rendered for one task into its own folder.
    private static bool IsGuarded(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var guarded = Path.GetFileName(folder) == "secrets" ? File.GetUnixFileMode(folder) : Path.GetFileName(path) == "state.journal" ? File.GetUnixFileMode(path) : (UnixFileMode)0x1FF;
        return (guarded & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) == UnixFileMode.None;
    }
}
