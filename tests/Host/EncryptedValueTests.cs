using Host.Parameters;
using Shouldly;
using Xunit;

namespace Tests.Host;

public class EncryptedValueTests
{
    /// <summary>"geheim-ß" with the password "correct horse", made with Python's hashlib and openssl.</summary>
    public const string Encrypted = "v1:wUw/yjfdVNqnkZHL/V9fMw==";

    [Theory]
    [InlineData(Encrypted, "correct horse", "geheim-ß")]
    [InlineData(Encrypted, "wrong horse", null)]
    [InlineData("v1:not base64", "correct horse", null)]
    [InlineData("v1:", "correct horse", null)]
    public void Only_the_right_password_decrypts(string value, string password, string? expected) =>
        EncryptedValue.Decrypt(value, password).ShouldBe(expected);

    [Fact]
    public void What_was_encrypted_can_be_decrypted() =>
        EncryptedValue.Decrypt(EncryptedValue.Encrypt("x", "p"), "p").ShouldBe("x");
}
