namespace Runbook.Settings;

/// <summary>How Terraform is used where it submits what keeps running (<c>nomad.engine</c>).</summary>
public sealed record TerraformSettings
{
    /// <summary>Versions of the provider <c>hashicorp/nomad</c> that are taken, as Terraform writes a constraint. From 2.1.0 on a job that was stopped by hand is seen and run again.</summary>
    [Setting(NotEmpty = true)]
    public string ProviderVersion { get; init; } = ">= 2.1.0, < 3.0.0";

    /// <summary>Whether what Terraform plans is asked for, beside being shown, before the first of it is applied; <c>--yes</c> answers.</summary>
    public bool Confirm { get; init; }

    /// <summary>Where Terraform keeps its state.</summary>
    public TerraformBackend Backend { get; init; } = new();
}

/// <summary>Where Terraform keeps its state.</summary>
public sealed record TerraformBackend
{
    /// <summary>Name of the backend: <c>s3</c>, <c>gcs</c>, <c>azurerm</c>, <c>consul</c>, <c>http</c>, <c>pg</c> ... <c>local</c> is a file of this checkout, which other operators do not see.</summary>
    [Setting(NotEmpty = true)]
    public string Type { get; init; } = Local;

    /// <summary>Its settings, name and value, all as text: <c>"true"</c>, not <c>true</c>. Credentials are refused: Terraform takes them from the environment, or from a file that <c>TF_CLI_ARGS_init="-backend-config=FILE"</c> names.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the state lies in this checkout.</summary>
    public bool IsLocal => Type == Local;

    private const string Local = "local";
}
