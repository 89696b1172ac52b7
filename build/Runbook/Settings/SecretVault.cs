namespace Runbook.Settings;

/// <summary>Decrypts what <c>secret:NAME</c> names.</summary>
/// <param name="secrets">The encrypted values.</param>
/// <param name="passwords">Asked for a file's password when one of its values is needed.</param>
public sealed class SecretVault(EncryptedSecrets secrets, FilePasswords passwords)
{
    /// <summary>Decrypts one value.</summary>
    /// <exception cref="SecretException">There is none of this name.</exception>
    /// <exception cref="RunbookException">The password cannot be had, or is another one.</exception>
    public SecretValue Open(string name)
    {
        if (!secrets.All.TryGetValue(name, out var secret))
            throw new SecretException(secrets.Problem(name)!);
        return EncryptedValue.Decrypt(secret.Text, passwords.Of(secret.Profile)) ?? throw WrongPassword([secret]);
    }

    internal static RunbookException WrongPassword(IReadOnlyList<EncryptedSecret> closed) =>
        new(ExitCode.WrongUse, $"wrong password: it does not open {string.Join(", ", closed.Select(s => s.Name))} in {closed[0].File}")
        {
            State = "nothing was changed",
            Next = $"the same command with the password that they were set with (typed, or in {FilePasswords.Variable(closed[0].Profile)})",
        };
}
