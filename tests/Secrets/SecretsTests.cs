using Runbook;
using Runbook.Output;
using Runbook.Secrets;
using Runbook.Settings;
using Shouldly;
using Tests.Output;
using Tests.Settings;
using Xunit;

namespace Tests.Secrets;

public sealed class SecretsTests : IDisposable
{
    private const string Password = "correct horse battery";
    private const string Key = "PARAMS_X_KEY";
    private const string Profile = "// of this cluster\n{\n  \"nomad\": { \"datacenter\": \"dc1\" }, // where\n  \"postgres\": { \"version\": 15, \"superuserPassword\": \"secret:super\" }\n}\n";

    private readonly ProfileFolder _folder = new ProfileFolder().With("x", Profile);
    private readonly Dictionary<string, string> _variables = [];
    private readonly List<string> _said = [];
    private readonly FakePerson _person = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_value_is_typed_and_stands_encrypted_beside_what_was_there()
    {
        _person.Types(Password, Password, "hunter2");
        Secrets.Set("super", shared: false, dryRun: false);
        _person.Asked.ShouldBe(["New password for .nuke/parameters.x.json, at least 10 characters: ", "Repeat the password: ", "Value of super: "]);
        _said.ShouldBe(["secret super: set in .nuke/parameters.x.json"]);
        var text = Text("x");
        text.ShouldStartWith("// of this cluster\n{\n  \"nomad\": { \"datacenter\": \"dc1\" }, // where\n");
        text.ShouldNotContain("hunter2");
        Open("super").ShouldBe("hunter2");
        _folder.Read("x").Postgres.SuperuserPassword.ToString().ShouldBe("secret:super");
        Directory.GetFiles(Path.Combine(_folder.Root, ".nuke")).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_value_that_is_redirected_is_read_and_nobody_is_asked()
    {
        _variables[Key] = Password;
        _person.Redirects("hunter2\n");
        Secrets.Set("super", shared: false, dryRun: false);
        Open("super").ShouldBe("hunter2");
        _person.Redirects("hunter3");
        Secrets.Set("super", shared: false, dryRun: false);
        Open("super").ShouldBe("hunter3");
        _said[^1].ShouldBe("secret super: changed in .nuke/parameters.x.json");
    }

    [Fact]
    public void The_shared_file_is_made_when_it_is_missing_and_keeps_its_own_password()
    {
        _variables["PARAMS_KEY"] = Password;
        _person.Redirects("hunter2");
        Secrets.Set("super", shared: true, dryRun: false);
        Text("").ShouldMatch("^\\{\n  \"super\": \"v1:[^\"]+\"\n\\}\n$");
        Text("x").ShouldBe(Profile);
        Open("super").ShouldBe("hunter2");
    }

    [Theory]
    [InlineData("600"), InlineData("644"), InlineData("660")]
    public void The_file_keeps_its_mode_and_a_link_stays_one(string mode)
    {
        var target = Path.Combine(_folder.Root, "elsewhere.json");
        var link = Path.Combine(_folder.Root, ".nuke", "parameters.x.json");
        File.Move(link, target);
        File.CreateSymbolicLink(link, target);
        File.SetUnixFileMode(target, (UnixFileMode)Convert.ToInt32(mode, 8));
        _variables[Key] = Password;
        _person.Redirects("hunter2");
        Secrets.Set("super", shared: false, dryRun: false);
        Open("super").ShouldBe("hunter2");
        File.GetUnixFileMode(target).ShouldBe((UnixFileMode)Convert.ToInt32(mode, 8));
        new FileInfo(link).LinkTarget.ShouldBe(target);
    }

    [Fact]
    public void A_password_that_does_not_open_what_is_there_is_refused_before_a_value_is_asked_for()
    {
        _variables[Key] = Password;
        _person.Redirects("hunter2");
        Secrets.Set("super", shared: false, dryRun: false);
        var before = Text("x");
        _variables.Clear();
        _person.Types("wrong horse battery", "hunter3");
        var error = WrongUse(() => Secrets.Set("other", shared: false, dryRun: false));
        error.Message.ShouldBe("wrong password: it does not open super in .nuke/parameters.x.json");
        _person.Asked.ShouldBe(["Password of .nuke/parameters.x.json: "]);
        Text("x").ShouldBe(before);
    }

    [Theory]
    [InlineData("short", "short", "the password for .nuke/parameters.x.json is too short: at least 10 characters, because it alone protects the values")]
    [InlineData(Password, "correct horse", "the two passwords differ")]
    [InlineData("", "", "no password was typed")]
    public void A_new_password_that_is_no_good_is_refused(string first, string second, string message)
    {
        _person.Types(first, second);
        WrongUse(() => Secrets.Set("super", shared: false, dryRun: false)).Message.ShouldBe(message);
        Text("x").ShouldBe(Profile);
    }

    [Theory]
    [InlineData("", "secret super: is empty")]
    [InlineData("two\nlines", "secret super: contains a control character; allowed: one line of text")]
    public void A_value_that_is_none_is_refused(string value, string message)
    {
        _variables[Key] = Password;
        _person.Redirects(value);
        WrongUse(() => Secrets.Set("super", shared: false, dryRun: false)).Message.ShouldBe(message);
        Text("x").ShouldBe(Profile);
    }

    [Theory]
    [InlineData("Super"), InlineData("a_b"), InlineData("$schema"), InlineData("-a"), InlineData("postgres"), InlineData("volumes")]
    public void A_name_that_could_be_something_else_is_refused(string name)
    {
        _variables[Key] = Password;
        WrongUse(() => Secrets.Set(name, shared: false, dryRun: false)).Message.ShouldContain($"\"{name}\" is ");
        Text("x").ShouldBe(Profile);
    }

    [Fact]
    public void What_is_no_secret_is_not_overwritten()
    {
        _folder.With("x", """{ "mine": [1] }""");
        _variables[Key] = Password;
        _person.Redirects("hunter2");
        Should.Throw<ConfigurationException>(() => Secrets.Set("mine", shared: false, dryRun: false)).Message.ShouldStartWith("mine: exists and is not a secret");
        Text("x").ShouldBe("""{ "mine": [1] }""");
    }

    [Fact]
    public void It_is_removed_when_the_answer_is_yes()
    {
        _variables[Key] = Password;
        _person.Redirects("hunter2");
        Secrets.Set("super", shared: false, dryRun: false);
        var error = Should.Throw<RunbookException>(() => Secrets.Remove("super", shared: false, yes: false, dryRun: false));
        (error.Code, error.Next).ShouldBe((ExitCode.Refused, "./build.sh Secrets --remove super --yes"));

        _person.Types("no");
        Should.Throw<RunbookException>(() => Secrets.Remove("super", shared: false, yes: false, dryRun: false)).Code.ShouldBe(ExitCode.Refused);
        Secrets.Remove("super", shared: false, yes: true, dryRun: true);
        Open("super").ShouldBe("hunter2");

        _person.Types("yes");
        Secrets.Remove("super", shared: false, yes: false, dryRun: false);
        Text("x").ShouldBe(Profile);
        _said[^2..].ShouldBe(["secret super: removed from .nuke/parameters.x.json", "note: postgres.superuserPassword still says secret:super"]);
        WrongUse(() => Secrets.Remove("super", shared: false, yes: true, dryRun: false)).Message
            .ShouldBe("there is no secret \"super\" in .nuke/parameters.x.json; there are none");
    }

    [Fact]
    public void A_dry_run_asks_nothing_and_changes_nothing()
    {
        Secrets.Set("super", shared: false, dryRun: true);
        _said.ShouldBe(["would set secret super in .nuke/parameters.x.json (dry run: nothing was changed)"]);
        (Text("x"), _person.Asked.Count).ShouldBe((Profile, 0));
    }

    [Fact]
    public void Names_are_listed_with_their_file_and_who_uses_them_and_never_a_value()
    {
        (_variables[Key], _variables["PARAMS_KEY"]) = (Password, Password + "2");
        Secrets.List(OutputFormat.Text).ShouldBe(
            "no secret is encrypted in the files of this profile\nmissing: super, for postgres.superuserPassword: ./build.sh Secrets --set super");
        foreach (var (name, shared) in new[] { ("super", false), ("spare", true) })
        {
            _person.Redirects("hunter2");
            Secrets.Set(name, shared, dryRun: false);
        }

        _variables.Clear();
        Secrets.List(OutputFormat.Text).ShouldBe("""
            secret  in                       used by
            spare   .nuke/parameters.json    no setting
            super   .nuke/parameters.x.json  postgres.superuserPassword
            """);
        var json = Secrets.List(OutputFormat.Json);
        json.ShouldContain("\"usedBy\": [\n        \"postgres.superuserPassword\"");
        json.ShouldNotContain("v1:");
    }

    private SecretProcedures Secrets => new(_folder.Root, ["x"], _person, Passwords, _said.Add);

    private FilePasswords Passwords => new(_variables, _person.CanType ? _person.AskSecret : null, new Dictionary<string, string>());

    private string Text(string profile) =>
        File.ReadAllText(Path.Combine(_folder.Root, ".nuke", profile.Length == 0 ? "parameters.json" : $"parameters.{profile}.json"));

    private string Open(string name) => new SecretVault(
        ConfigReader.ReadSecrets(_folder.Root, ["x"]),
        new FilePasswords(new Dictionary<string, string> { [Key] = Password, ["PARAMS_KEY"] = Password }, null, new Dictionary<string, string>())).Open(name).Reveal();

    private RunbookException WrongUse(Action work)
    {
        var error = Should.Throw<RunbookException>(work);
        error.Code.ShouldBe(ExitCode.WrongUse);
        error.ToString().ShouldNotContain("hunter2");
        return error;
    }
}
