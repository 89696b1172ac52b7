namespace Runbook.Settings;

/// <summary>A secret in memory. It never prints itself.</summary>
public sealed class SecretValue
{
    private readonly string _value;

    /// <summary>Wraps a secret.</summary>
    /// <param name="value">The secret itself.</param>
    public SecretValue(string value) => _value = value;

    /// <summary>The secret itself; only for the place where it is handed over.</summary>
    public string Reveal() => _value;

    /// <summary>Asterisks, whatever the secret.</summary>
    public override string ToString() => "***";
}

/// <summary>A secret cannot be had; the message names the reference and never the secret.</summary>
public sealed class SecretException(string message, Exception? inner = null) : Exception(message, inner);
