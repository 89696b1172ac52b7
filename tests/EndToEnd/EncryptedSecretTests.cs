using System.Text.Json.Nodes;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Secrets that stand encrypted in the profile: they are set, deployed, and shown to nobody but who asks.</summary>
public sealed class EncryptedSecretTests
{
    private const string Key = "PARAMS_LOCAL_KEY";
    private const string FilePassword = "Zparams-correct-horse";
    private const string Database = "Zdatabase7Secret";

    [Fact, Thorough]
    public async Task An_encrypted_password_is_deployed_and_told_to_who_asks()
    {
        await using var checkout = new Checkout();
        checkout.Configure(p => p["postgres"]!["databases"] =
            new JsonArray(new JsonObject { ["name"] = "app", ["password"] = "secret:app-password" }));
        (await checkout.Run(2, "Deploy")).Error.ShouldContain("postgres.databases[0].password: there is no encrypted value \"app-password\"");

        checkout.Variables[Key] = FilePassword;
        await Set(checkout, Database);
        (await checkout.Run(0, "Secrets")).Out.ShouldContain("app-password  .nuke/parameters.local.json  postgres.databases[0].password");
        checkout.Variables[Key] = "";
        (await checkout.Run(2, "Deploy")).Error.ShouldContain($"environment variable {Key}");
        checkout.Variables[Key] = FilePassword + "!";
        (await checkout.Run(2, "Deploy")).Error.ShouldContain("wrong password: it does not open app-password");
        Directory.Exists(Path.Combine(checkout.Path, "jobs")).ShouldBeFalse();

        checkout.Variables[Key] = FilePassword;
        var leaks = new Leaks(checkout, Database, FilePassword);
        var deployed = await leaks.NoneInProcessesDuring(() => checkout.Run(0, "Deploy", "--verbosity", "verbose"));
        leaks.In(deployed.All).ShouldBeFalse(deployed.ToString());
        (await checkout.Login("app", "app", Database)).ShouldBe("app app");

        // What only looks, or takes a backup, needs none of it.
        checkout.Variables.Remove(Key);
        await checkout.Run(0, "Backup", "--backup-type", "incr");
        await Told(checkout, leaks);
        await leaks.NoneAtRest();

        // Changed, it is delivered and set.
        checkout.Variables[Key] = FilePassword;
        await Set(checkout, Database + "2");
        await checkout.Run(0, "Deploy");
        (await checkout.Login("app", "app", Database + "2")).ShouldBe("app app");

        await checkout.Run(0, "Stop");
        (await checkout.Run(3, "Passwords", "--yes")).Error.ShouldContain("no server of this cluster runs");
    }

    [Fact]
    public async Task What_is_typed_is_not_seen_and_Ctrl_C_changes_nothing()
    {
        await using var checkout = new Checkout();
        // With its comments, as people have it.
        File.Copy(Repository.PathOf(".nuke", "parameters.local.json"), checkout.Profile, overwrite: true);
        var profile = await File.ReadAllTextAsync(checkout.Profile, Wait.Token);
        using (var cancelled = new TerminalRun(checkout, "Secrets --set app-password"))
        {
            await cancelled.Type("at least 10 characters: ", FilePassword + "\r");
            await cancelled.Type("Repeat the password: ", FilePassword + "\r");
            await cancelled.Type("Value of app-password: ", Database[..5] + "\u0003");
            (await cancelled.End()).ShouldBe(130, cancelled.Screen);
            (await File.ReadAllTextAsync(checkout.Profile, Wait.Token)).ShouldBe(profile);
        }

        using var run = new TerminalRun(checkout, "Secrets --set app-password");
        await run.Type("at least 10 characters: ", FilePassword + "\r");
        await run.Type("Repeat the password: ", FilePassword + "x\u007f\r");
        await run.Type("Value of app-password: ", Database + "\r");
        (await run.End()).ShouldBe(0, run.Screen);
        new Leaks(checkout, Database[..5], FilePassword[..5]).In(run.Screen).ShouldBeFalse(run.Screen);
        // Comments and all: only a line more.
        (await File.ReadAllLinesAsync(checkout.Profile, Wait.Token)).Where(l => !l.Contains("app-password")).ShouldBe(
            profile.TrimEnd('\n').Split('\n')[..^2].Append("  },").Append("}"));
    }

    private static async Task Set(Checkout checkout, string value)
    {
        using var run = new RunningBuild(checkout.Info(Checkout.Program, "Secrets", "--set", "app-password"), value + "\n");
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
    }

    private static async Task Told(Checkout checkout, Leaks leaks)
    {
        var superuser = await File.ReadAllTextAsync(Path.Combine(checkout.State, "secrets", "passwords", "postgres"), Wait.Token);
        var json = await leaks.NoneInProcessesDuring(() => checkout.Run(0, "Passwords", "--output", "json", "--verbosity", "verbose"));
        json.Json().EnumerateArray().Select(r => (r.GetProperty("role").GetString(), r.GetProperty("password").GetString(), r.GetProperty("from").GetString()))
            .ShouldBe([("postgres", superuser, "generated"), ("app", Database, "secret:app-password")]);
        (leaks.In(json.Error), json.Error.Contains(superuser, StringComparison.Ordinal)).ShouldBe((false, false), json.Error);

        var refused = await checkout.Run(3, "Passwords");
        (leaks.In(refused.All), refused.Out).ShouldBe((false, ""));
        refused.Error.ShouldContain("./build.sh Passwords --yes");
        (await checkout.Run(0, "Passwords", "--yes")).Out.ShouldContain($"app       {Database}");

        using var asked = new TerminalRun(checkout, "Passwords");
        await asked.Type("[y/N] ", "n\r");
        (await asked.End()).ShouldBe(3, asked.Screen);
        leaks.In(asked.Screen).ShouldBeFalse(asked.Screen);
        using var answered = new TerminalRun(checkout, "Passwords");
        await answered.Type("[y/N] ", "y\r");
        (await answered.End()).ShouldBe(0, answered.Screen);
        answered.Screen.ShouldContain(Database);
    }
}
