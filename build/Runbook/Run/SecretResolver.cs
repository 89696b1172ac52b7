using Runbook.Config;

namespace Runbook.Run;

/// <summary>Reads secrets from where the configuration says they are; errors name the setting, never the value.</summary>
public static class SecretResolver
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads one secret.</summary>
    /// <param name="path">Path of the setting, for the error.</param>
    /// <param name="reference">An environment variable or a file.</param>
    /// <exception cref="ConfigurationException">It is not there, or others may read it.</exception>
    public static string Resolve(string path, SecretReference reference)
    {
        var value = reference.Source == SecretSource.Environment
            ? Environment.GetEnvironmentVariable(reference.Locator) ?? throw Problem(path, $"environment variable {reference.Locator} is not set")
            : ReadFile(path, reference.Locator);
        return value.Length > 0 && !value.Contains('\n', StringComparison.Ordinal)
            ? value
            : throw Problem(path, $"{reference} must hold one line, and not an empty one");
    }

    private static string ReadFile(string path, string file)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != UnixFileMode.None)
                throw Problem(path, $"{file} may be read by others: chmod 600 {file}");
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problem(path, $"{file} cannot be read: {e.Message}");
        }
    }

    private static ConfigurationException Problem(string path, string text) => new([new ConfigurationError(path, text)]);
}
