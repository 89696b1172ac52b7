using Runbook;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

/// <summary>Secrets that stand encrypted in the files of a profile, as NUKE writes and reads them.</summary>
public sealed class EncryptedSecretTests : IDisposable
{
    private const string Password = "correct horse battery";

    private readonly ProfileFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];
    private readonly List<string> _asked = [];

    public void Dispose() => _folder.Dispose();

    // Written by the EncryptionUtility of NUKE 10.1.0.
    [Theory]
    [InlineData("v1:wUw/yjfdVNqnkZHL/V9fMw==", "correct horse", "geheim-ß")]
    [InlineData("v1:cdJHY+dfyTEo9nMkiDyiNYoB+R9umrSp0c0pwygjxL0=", Password, "s3cret/with+specials \"and\\ more")]
    [InlineData("v1:OpXBaEeR2erOIhLVK7W5OjLhj081yANtv3dcT5W40uVMi5QKebM+5AVTXFGTXFIOXZbmcmLgVsgw5nvlFRKXwy85xThEA/SNyzlNgTD/eO8=",
        "Pässword-10", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public void What_NUKE_has_written_is_read_and_written_as_NUKE_does(string text, string password, string secret)
    {
        EncryptedValue.Decrypt(text, password)!.Reveal().ShouldBe(secret);
        EncryptedValue.Encrypt(new SecretValue(secret), password).ShouldBe(text);
        global::Host.Parameters.EncryptedValue.Decrypt(text, password).ShouldBe(secret, "the built-in host reads the same");
    }

    [Theory]
    [InlineData("v1:wUw/yjfdVNqnkZHL/V9fMw==", "wrong horse")]
    [InlineData("v1:wUw/yjfdVNqnkZHL/V9fM", "correct horse")]
    [InlineData("v1:", "correct horse")]
    public void Anything_else_is_no_secret(string text, string password) => EncryptedValue.Decrypt(text, password).ShouldBeNull();

    [Theory]
    [InlineData(null, "PARAMS_KEY")]
    [InlineData("local", "PARAMS_LOCAL_KEY")]
    [InlineData("prod.eu-west", "PARAMS_PROD_EU_WEST_KEY")]
    public void The_variable_of_a_password_is_that_of_NUKE(string? profile, string variable) => FilePasswords.Variable(profile).ShouldBe(variable);

    [Theory]
    [InlineData("PARAMS_LOCAL_KEY"), InlineData("NUKE_PARAMS_LOCAL_KEY"), InlineData("ParamsLocalKey")]
    public void It_is_found_however_it_is_written(string variable)
    {
        _variables[variable] = Password;
        Passwords(canType: false).Of("local").ShouldBe(Password);
    }

    [Fact]
    public void Two_variables_that_differ_are_refused()
    {
        (_variables["PARAMS_LOCAL_KEY"], _variables["NUKE_PARAMS_LOCAL_KEY"]) = ("one", "two");
        Refused(() => Passwords().Of("local")).Message.ShouldBe("the environment variables PARAMS_LOCAL_KEY and NUKE_PARAMS_LOCAL_KEY mean the same but differ");
    }

    [Theory]
    [InlineData("600", null)]
    [InlineData("644", "PARAMS_LOCAL_KEY_FILE: file:{0}: its mode is 0644; allowed: 0600 or 0400 (chmod 600 {0})")]
    public void It_may_come_from_a_file_of_its_owner_alone(string mode, string? problem)
    {
        var file = Path.Combine(_folder.Root, "password");
        File.WriteAllText(file, Password + "\n");
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32(mode, 8));
        _variables["PARAMS_LOCAL_KEY_FILE"] = file;
        if (problem is null)
            Passwords(canType: false).Of("local").ShouldBe(Password);
        else
            Refused(() => Passwords().Of("local")).Message.ShouldBe(string.Format(problem, file));
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public void Where_nobody_can_type_the_variable_is_named()
    {
        var error = Refused(() => Passwords(canType: false).Of(null));
        error.Message.ShouldBe("the encrypted values of .nuke/parameters.json need their password, but there is no terminal");
        error.Next.ShouldContain("PARAMS_KEY");
    }

    [Fact]
    public void It_is_asked_for_once_a_file_and_only_when_a_value_is_needed()
    {
        _folder.With("", $$"""{ "below": "{{Encrypt("b")}}", "both": "{{Encrypt("below")}}" }""")
            .With("x", $$"""{ "first": "{{Encrypt("1")}}", "second": "{{Encrypt("2")}}", "both": "{{Encrypt("above")}}" }""");
        var vault = new SecretVault(ConfigReader.ReadSecrets(_folder.Root, ["x"]), Passwords());
        _asked.ShouldBeEmpty();
        vault.Open("first").Reveal().ShouldBe("1");
        vault.Open("second").Reveal().ShouldBe("2");
        vault.Open("both").Reveal().ShouldBe("above");
        _asked.ShouldBe(["Password of .nuke/parameters.x.json: "]);
        vault.Open("below").Reveal().ShouldBe("b");
        _asked.Count.ShouldBe(2, "another file has another password");
    }

    [Fact]
    public void It_serves_the_next_target_of_the_same_run_too()
    {
        var known = new Dictionary<string, string>();
        for (var target = 0; target < 2; target++)
            new FilePasswords(_variables, Ask, known).Of("x").ShouldBe(Password);
        _asked.Count.ShouldBe(1);
    }

    [Fact]
    public void A_wrong_password_is_said_with_what_it_does_not_open()
    {
        _folder.With("x", $$"""{ "first": "{{Encrypt("geheim")}}" }""");
        _variables["PARAMS_X_KEY"] = "wrong horse battery";
        var vault = new SecretVault(ConfigReader.ReadSecrets(_folder.Root, ["x"]), Passwords());
        var error = Refused(() => vault.Open("first"));
        error.Message.ShouldBe("wrong password: it does not open first in .nuke/parameters.x.json");
        (error.Message + error.Next).ShouldNotContain("wrong horse battery");
    }

    [Theory]
    [InlineData("secret:app-pasword", "there is no encrypted value \"app-pasword\" in .nuke/parameters.x.json; did you mean \"app-password\"? Secrets --set app-pasword creates it")]
    [InlineData("secret:plain", "secret:plain: the value at .nuke/parameters.x.json:1:59 is not encrypted; remove it from the file and store it with Secrets --set plain")]
    [InlineData("secret:App", "\"secret:\" needs the name of an encrypted value (lower-case letters and digits, separated by -), for example secret:app-password")]
    [InlineData("secret:postgres", "\"secret:\" needs the name of an encrypted value (lower-case letters and digits, separated by -), for example secret:app-password")]
    [InlineData("secret:app-password", null)]
    public void A_reference_to_nothing_is_an_error_at_its_path(string reference, string? problem)
    {
        var errors = ProfileFolder.ErrorsOf($$"""
            { "app-password": "v1:wUw/yjfdVNqnkZHL/V9fMw==", "plain": "hunter2",
              "nomad": { "datacenter": "dc1" }, "postgres": { "version": 15, "superuserPassword": "{{reference}}" } }
            """);
        if (problem is null)
            errors.ShouldBeEmpty();
        else
            errors.ShouldHaveSingleItem().ShouldBe($"postgres.superuserPassword: {problem} (.nuke/parameters.x.json:2:87)");
        errors.ShouldNotContain(e => e.Contains("hunter2"));
    }

    [Fact]
    public void An_upper_file_takes_away_what_a_lower_one_sets()
    {
        _folder.With("", $$"""{ "one": "{{Encrypt("1")}}", "two": "{{Encrypt("2")}}" }""").With("x", """{ "one": null }""");
        ConfigReader.ReadSecrets(_folder.Root, ["x"]).All.Keys.ShouldBe(["two"]);
    }

    private static string Encrypt(string text) => EncryptedValue.Encrypt(new SecretValue(text), Password);

    private static RunbookException Refused(Action work)
    {
        var error = Should.Throw<RunbookException>(work);
        (error.Code, error.State).ShouldBe((ExitCode.WrongUse, "nothing was changed"));
        return error;
    }

    private FilePasswords Passwords(bool canType = true) => new(_variables, canType ? Ask : null, new Dictionary<string, string>());

    private string Ask(string question)
    {
        _asked.Add(question);
        return Password;
    }
}
