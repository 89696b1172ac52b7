using System.Runtime.InteropServices;
using System.Text;
using Common;

namespace Runbook.Settings;

/// <summary>Fetches the secrets that the operator's machine hands over.</summary>
/// <param name="environment">Gives the value of an environment variable, null when it is not set.</param>
/// <param name="vault">Opens the encrypted values of the profile; null where there are none.</param>
public sealed class SecretResolver(Func<string, string?> environment, SecretVault? vault = null)
{
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Reads a secret from the environment, a file, or the encrypted values of the profile.</summary>
    /// <param name="reference">A reference of the operator; the others are resolved on the node.</param>
    /// <exception cref="SecretException">It is not there, empty, or a file that somebody else could read.</exception>
    /// <exception cref="RunbookException">The password of the encrypted values cannot be had, or is another one.</exception>
    public SecretValue Resolve(SecretReference reference) => reference.Source switch
    {
        SecretSource.Environment => Checked(reference, environment(reference.Locator)
            ?? throw new SecretException($"{reference}: the environment variable {reference.Locator} is not set")),
        SecretSource.File => Checked(reference, ReadFile(reference)),
        SecretSource.Encrypted => Checked(reference, vault is not null
            ? vault.Open(reference.Locator).Reveal()
            : throw new SecretException($"{reference}: there are no encrypted values")),
        _ => throw new SecretException($"{reference}: is resolved on the node, not here"),
    };

    /// <summary>The same for a text of several lines, as PEM is.</summary>
    /// <inheritdoc cref="Resolve"/>
    public SecretValue ResolveLines(SecretReference reference)
    {
        var text = reference.Source switch
        {
            SecretSource.Environment => environment(reference.Locator)
                ?? throw new SecretException($"{reference}: the environment variable {reference.Locator} is not set"),
            SecretSource.File => ReadFile(reference),
            _ => Resolve(reference).Reveal(),
        };
        // Where only one line can be kept, a line feed is written as two characters.
        var lines = text.Replace("\\n", "\n", StringComparison.Ordinal).ReplaceLineEndings("\n").Trim('\n');
        foreach (var line in lines.Split('\n'))
            Checked(reference, line.Length == 0 ? " " : line);
        return lines.Trim().Length > 0 ? new(lines + "\n") : throw new SecretException($"{reference}: is empty");
    }

    /// <summary>A text as a secret.</summary>
    /// <param name="source">What errors call it.</param>
    /// <param name="text">Of which a line feed at the end is no part.</param>
    /// <exception cref="SecretException">It is empty, or more than one line.</exception>
    public static SecretValue Checked(object source, string text)
    {
        // Editors and echo end a file with a line feed that is no part of the secret.
        var value = text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        if (value.Length == 0)
            throw new SecretException($"{source}: is empty");
        if (value.Any(char.IsControl))
            throw new SecretException($"{source}: contains a control character; allowed: one line of text");
        // What the runtime puts in place of bytes that are not UTF-8: the secret would be another one.
        if (value.Contains('\uFFFD', StringComparison.Ordinal))
            throw new SecretException($"{source}: is not UTF-8; allowed: text in UTF-8");
        return new(value);
    }

    private static string ReadFile(SecretReference reference)
    {
        try
        {
            // Mode and owner are asked of the open file, so that it cannot be exchanged after the check.
            using var file = new FileStream(reference.Locator, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows())
            {
                var mode = File.GetUnixFileMode(file.SafeFileHandle);
                if ((mode & Others) != UnixFileMode.None)
                    throw new SecretException($"{reference}: its mode is {Convert.ToString((int)mode, 8).PadLeft(4, '0')}; "
                        + $"allowed: 0600 or 0400 (chmod 600 {reference.Locator})");
            }

            if (OperatingSystem.IsLinux() && Owner(file.SafeFileHandle) is var owner && owner != geteuid())
                throw new SecretException($"{reference}: belongs to user {owner}, not to you (user {geteuid()})");
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            var content = copy.ToArray();
            // Without the byte, which is part of the secret.
            return Utf8Text.Problem(content) is { } wrong
                ? throw new SecretException($"{reference}: line {wrong.Line} is not UTF-8; save the file as UTF-8")
                : Encoding.UTF8.GetString(Utf8Text.WithoutMark(content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"{reference}: cannot be read: {e.Message}", e);
        }
    }

    private static uint Owner(SafeHandle file)
    {
        const int emptyPath = 0x1000;
        const uint uidOnly = 0x8;
        const int uidOffset = 20;
        // struct statx has one layout on every architecture, which struct stat has not.
        var buffer = new byte[256];
        return statx(file, "", emptyPath, uidOnly, buffer) == 0
            ? BitConverter.ToUInt32(buffer, uidOffset)
            : throw new IOException($"its owner cannot be determined (error {Marshal.GetLastPInvokeError()})");
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(
        SafeHandle directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();
}
