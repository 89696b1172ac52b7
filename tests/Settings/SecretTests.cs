using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

public sealed class SecretTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runbook-secret-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_variable_gives_its_value_without_the_last_line_feed() =>
        Resolver("hunter2\n").Resolve(Reference("env:KEY")).Reveal().ShouldBe("hunter2");

    [Theory]
    [InlineData(null, "env:KEY: the environment variable KEY is not set")]
    [InlineData("", "env:KEY: is empty")]
    [InlineData("a\nb", "env:KEY: contains a control character; allowed: one line of text")]
    public void A_variable_without_a_usable_value_is_refused(string? value, string message) =>
        Should.Throw<SecretException>(() => Resolver(value).Resolve(Reference("env:KEY"))).Message.ShouldBe(message);

    [Fact]
    public void A_file_of_the_reader_gives_its_content() =>
        Resolver(null).Resolve(Write(OwnerOnly)).Reveal().ShouldBe("hunter2");

    [Theory]
    [InlineData(UnixFileMode.GroupRead, "0640"), InlineData(UnixFileMode.OtherRead, "0604"), InlineData(UnixFileMode.UserExecute, "0700")]
    public void A_file_that_others_could_read_is_refused(UnixFileMode more, string mode)
    {
        var reference = Write(OwnerOnly | more);
        Should.Throw<SecretException>(() => Resolver(null).Resolve(reference)).Message
            .ShouldBe($"{reference}: its mode is {mode}; allowed: 0600 or 0400 (chmod 600 {reference.Locator})");
    }

    [Fact]
    public void A_file_of_somebody_else_is_refused()
    {
        if (Environment.UserName != "root")
            Assert.Skip("Only root can give a file away.");
        var reference = Write(OwnerOnly);
        using var chown = System.Diagnostics.Process.Start("chown", ["65534", reference.Locator]);
        chown.WaitForExit(TimeSpan.FromSeconds(10)).ShouldBeTrue();

        Should.Throw<SecretException>(() => Resolver(null).Resolve(reference)).Message
            .ShouldBe($"{reference}: belongs to user 65534, not to you (user 0)");
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Should.Throw<SecretException>(() => Resolver(null).Resolve(Reference($"file:{_folder}/none")))
            .Message.ShouldStartWith($"file:{_folder}/none: cannot be read: ");

    [Fact]
    public void A_file_that_is_not_utf8_is_refused_and_not_read_as_something_else()
    {
        var reference = Write(OwnerOnly);
        File.WriteAllBytes(reference.Locator, [(byte)'h', 0xe4, (byte)'\n']);
        Should.Throw<SecretException>(() => Resolver(null).Resolve(reference)).Message.ShouldBe($"{reference}: line 1 is not UTF-8; save the file as UTF-8");
        File.WriteAllText(reference.Locator, "\uFEFFhunter2\n");
        Resolver(null).Resolve(reference).Reveal().ShouldBe("hunter2");
        Should.Throw<SecretException>(() => Resolver("h\uFFFD").Resolve(Reference("env:KEY"))).Message.ShouldStartWith("env:KEY: is not UTF-8");
    }

    [Fact]
    public void What_the_node_resolves_is_refused_here() =>
        Should.Throw<SecretException>(() => Resolver("x").Resolve(Reference("{{ key \"x\" }}")));

    [Fact]
    public void Without_files_there_is_no_encrypted_value() =>
        Should.Throw<SecretException>(() => Resolver("x").Resolve(Reference("secret:app-password"))).Message.ShouldBe("secret:app-password: there are no encrypted values");

    [Fact]
    public void A_secret_never_prints_itself() => $"{Resolver("hunter2").Resolve(Reference("env:KEY"))}".ShouldBe("***");

    private static SecretResolver Resolver(string? value) => new(_ => value);

    private static SecretReference Reference(string text)
    {
        SecretReference.Parse(text, out var reference).ShouldBeNull();
        return reference!;
    }

    private SecretReference Write(UnixFileMode mode)
    {
        var path = Path.Combine(_folder.FullName, "secret");
        File.WriteAllText(path, "hunter2\n");
        File.SetUnixFileMode(path, mode);
        return Reference("file:" + path);
    }
}
