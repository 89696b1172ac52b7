using System.Text.Json;

namespace Runbook.Settings;

/// <summary>A parameters file whose encrypted values are changed. It is replaced as a whole or not at all.</summary>
/// <param name="directory">Root of the repository: the folder that holds <c>.nuke</c>.</param>
/// <param name="profile">The file's profile; null for the file that all profiles share.</param>
public sealed class SecretsFile(string directory, string? profile)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Its profile; null for the file that all profiles share.</summary>
    public string? Profile => profile;

    /// <summary>Its path, relative to the repository.</summary>
    public string Name => ConfigReader.FileOf(profile);

    // A link stays one: what it points to is replaced.
    private string FullPath
    {
        get
        {
            var path = Path.Combine(directory, Name);
            return File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path;
        }
    }

    /// <summary>The encrypted values in it.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public IReadOnlyList<EncryptedSecret> Read() => SecretsOf(Parse(Content()));

    /// <summary>Sees to it that a password opens every value in the file: two passwords in one file could not both be given.</summary>
    /// <exception cref="RunbookException">It does not.</exception>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public void Check(string password) => Check(Read(), password);

    /// <summary>Encrypts a value and writes it under a name, in place of the one that is there.</summary>
    /// <exception cref="RunbookException">The password does not open the values that stand there already.</exception>
    /// <exception cref="ConfigurationException">The file cannot be read, or something else has that name.</exception>
    public void Set(string name, SecretValue value, string password)
    {
        // Read anew: somebody may have edited it while a person typed.
        var content = Content();
        var root = Parse(content);
        Check(SecretsOf(root), password);
        if (root.Members.TryGetValue(name, out var there) && there is not ScalarNode { Type: JsonTokenType.String or JsonTokenType.Null })
            throw new ConfigurationException([new(name, "exists and is not a secret; allowed: any other name", there.Location)]);
        Write(JsonMembers.Set(content, name, EncryptedValue.Encrypt(value, password)));
    }

    /// <summary>Takes a value out of the file.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public void Remove(string name) => Write(JsonMembers.Remove(Content(), name));

    private static void Check(IReadOnlyList<EncryptedSecret> secrets, string password)
    {
        var closed = secrets.Where(secret => EncryptedValue.Decrypt(secret.Text, password) is null).ToList();
        if (closed.Count > 0)
            throw SecretVault.WrongPassword(closed);
    }

    private List<EncryptedSecret> SecretsOf(ObjectNode root) =>
    [
        .. root.Members.Where(m => m.Value is ScalarNode { Type: JsonTokenType.String } text && EncryptedValue.IsEncrypted(text.Text))
            .Select(m => new EncryptedSecret(m.Key, profile, ((ScalarNode)m.Value).Text)),
    ];

    private byte[] Content()
    {
        var path = Path.Combine(directory, Name);
        // Only a profile must have a file; shared defaults are optional.
        return File.Exists(path) || profile is not null ? File.ReadAllBytes(path) : "{\n}\n"u8.ToArray();
    }

    private ObjectNode Parse(byte[] content)
    {
        var errors = new List<ConfigurationError>();
        var root = JsonLayer.Parse(content, Name, errors);
        return root is not null && errors.Count == 0 ? root : throw new ConfigurationException(errors);
    }

    private void Write(byte[] content)
    {
        var path = FullPath;
        // The end of its name keeps it from being taken for a profile.
        var beside = $"{path}.{Environment.ProcessId}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var stream = new FileStream(beside, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(path))
                File.SetUnixFileMode(beside, File.GetUnixFileMode(path));
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            // Where it was renamed there is none any more.
            File.Delete(beside);
        }
    }
}
