using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Where a secret comes from.</summary>
public enum SecretSource
{
    /// <summary>Nowhere yet: the node generates it once and keeps it.</summary>
    Generated,

    /// <summary>An environment variable of the operator.</summary>
    Environment,

    /// <summary>A file of the operator that nobody else may read.</summary>
    File,

    /// <summary>An encrypted value in the profile's own files.</summary>
    Encrypted,

    /// <summary>A Nomad template that the node renders: Consul KV, Vault, Nomad variables.</summary>
    Template,
}

/// <summary>Says where a secret is to be had; never holds the secret itself, so it may be printed, rendered and committed.</summary>
public sealed partial record SecretReference
{
    internal const string EncryptedPrefix = "secret:";

    private SecretReference(SecretSource source, string locator) => (Source, Locator) = (source, locator);

    /// <summary>The node generates the secret.</summary>
    public static SecretReference Generated { get; } = new(SecretSource.Generated, "");

    /// <summary>Where the secret comes from.</summary>
    public SecretSource Source { get; }

    /// <summary>Name of the environment variable or of the encrypted value, path of the file, or text of the template; empty when generated.</summary>
    public string Locator { get; }

    /// <summary>Whether the node renders the secret by itself.</summary>
    public bool IsTemplate => Source == SecretSource.Template;

    /// <summary>Whether it is read from a Nomad variable.</summary>
    public bool UsesNomadVariable => IsTemplate && NomadVariable().IsMatch(Locator);

    /// <summary>Whether the operator's machine must hand the secret over.</summary>
    public bool IsOperators => Source is SecretSource.Environment or SecretSource.File or SecretSource.Encrypted;

    /// <summary>Reads a reference as it stands in a file.</summary>
    /// <param name="text">Empty, <c>env:NAME</c>, <c>file:/path</c>, <c>secret:NAME</c> or a template.</param>
    /// <param name="reference">The reference; null when the text is none.</param>
    /// <returns>What is wrong with the text, without repeating it; null when nothing is.</returns>
    public static string? Parse(string text, out SecretReference? reference)
    {
        reference = null;
        if (text.Length == 0)
            reference = Generated;
        else if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            if (!EnvironmentName().IsMatch(text[4..]))
                return "\"env:\" needs the name of an environment variable (letters, digits, _), for example env:S3_KEY";
            reference = new(SecretSource.Environment, text[4..]);
        }
        else if (text.StartsWith("file:", StringComparison.Ordinal))
        {
            if (!text[5..].StartsWith('/') || text.Any(char.IsControl))
                return "\"file:\" needs an absolute path, for example file:/etc/runbook/s3.key";
            reference = new(SecretSource.File, text[5..]);
        }
        else if (text.StartsWith(EncryptedPrefix, StringComparison.Ordinal))
        {
            if (EncryptedSecret.Problem(text[EncryptedPrefix.Length..]) is not null)
                return "\"secret:\" needs the name of an encrypted value (lower-case letters and digits, separated by -), for example secret:app-password";
            reference = new(SecretSource.Encrypted, text[EncryptedPrefix.Length..]);
        }
        else if (text.Contains("{{", StringComparison.Ordinal))
        {
            // Text beside the actions, or an action that is a literal, would be a secret in plain sight after all.
            var beside = TemplateAction().Replace(text, "");
            if (beside.Trim().Length > 0 || LiteralAction().IsMatch(text) || text.Any(char.IsControl))
                return "a Nomad template may contain only {{ ... }} actions, on one line, "
                    + "for example {{ with nomadVar \"postgres\" }}{{ .password }}{{ end }}";
            reference = new(SecretSource.Template, text);
        }
        else
            return "a plain value is refused; allowed: env:NAME, file:/path, secret:NAME or a Nomad template {{ ... }}";
        return null;
    }

    /// <summary>The reference as it stands in a file. It holds no secret.</summary>
    public override string ToString() => Source switch
    {
        SecretSource.Environment => "env:" + Locator,
        SecretSource.File => "file:" + Locator,
        SecretSource.Encrypted => EncryptedPrefix + Locator,
        SecretSource.Template => Locator,
        _ => "",
    };

    [GeneratedRegex(@"\{\{[^}]*\bnomadVar")]
    private static partial Regex NomadVariable();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*\\z")]
    private static partial Regex EnvironmentName();

    [GeneratedRegex(@"\{\{.*?\}\}")]
    private static partial Regex TemplateAction();

    [GeneratedRegex("""\{\{-?\s*(?:"|`|print)""")]
    private static partial Regex LiteralAction();
}
