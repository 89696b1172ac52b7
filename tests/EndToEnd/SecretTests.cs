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
            p["postgres"]!["superuserOverTcp"] = true;
            p["postgres"]!["superuserPassword"] = "env:SUPERUSER_PASSWORD";
            p["postgres"]!["databases"] = new JsonArray(
                new JsonObject { ["name"] = "one", ["user"] = "first", ["password"] = "env:APP_PASSWORD" },
                new JsonObject { ["name"] = "two", ["user"] = "second", ["password"] = $"file:{file}" },
                new JsonObject { ["name"] = "three", ["user"] = "third" });
        });

        var leaks = new Leaks(checkout, FromVariable, FromFile, Superuser);
        var deployed = await leaks.NoneInProcessesDuring(() => checkout.Run(0, "Deploy", "--verbosity", "verbose"));
        leaks.In(deployed.All).ShouldBeFalse(deployed.ToString());

        var generated = Path.Combine(checkout.State, "secrets", "passwords", "third");
        (await checkout.Login("first", "one", FromVariable)).ShouldBe("first one");
        (await checkout.Login("second", "two", FromFile)).ShouldBe("second two");
        (await checkout.Login("third", "three", await File.ReadAllTextAsync(generated, Wait.Token))).ShouldBe("third three");
        (await checkout.Login("postgres", "postgres", Superuser)).ShouldBe("postgres postgres");
        (await checkout.Login("first", "one", "wrong")).ShouldContain("password authentication failed");
        File.GetUnixFileMode(generated).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(generated, Wait.Token)).Length.ShouldBe(20);

        await leaks.NoneAtRest(file);

        // A changed password is set; an unchanged one changes nothing.
        checkout.Variables["APP_PASSWORD"] = FromVariable + "2";
        await checkout.Run(0, "Deploy");
        (await checkout.Login("first", "one", FromVariable + "2")).ShouldBe("first one");
        (await checkout.Run(0, "Deploy")).Out.ShouldContain("nothing was changed");
    }
}
