namespace Runbook.Settings;

/// <summary>How Terraform is used where it submits what keeps running (<c>nomad.engine</c>).</summary>
public sealed record TerraformSettings
{
    /// <summary>
    /// Accepted versions of the provider <c>hashicorp/nomad</c>, written as a Terraform constraint. From 2.1.0 on, a job that was stopped by hand is
    /// detected and started again.
    /// </summary>
    [Setting(NotEmpty = true)]
    public string ProviderVersion { get; init; } = ">= 2.1.0, < 3.0.0";

    /// <summary>
    /// Confirmation of what Terraform plans, before the first apply. <c>true</c>: the plan is not only shown, it also needs a yes; <c>--yes</c>
    /// answers.
    /// </summary>
    public bool Confirm { get; init; }

    /// <summary>Storage of Terraform's state.</summary>
    public TerraformBackend Backend { get; init; } = new();
}

/// <summary>Where Terraform keeps its state.</summary>
public sealed record TerraformBackend
{
    /// <summary>
    /// Name of the backend: <c>s3</c>, <c>gcs</c>, <c>azurerm</c>, <c>consul</c>, <c>http</c>, <c>pg</c> ... <c>local</c> is a file in this checkout,
    /// which other operators do not see.
    /// </summary>
    [Setting(NotEmpty = true)]
    public string Type { get; init; } = Local;

    /// <summary>
    /// Settings of the backend, name and value, all as text: <c>"true"</c>, not <c>true</c>. Credentials are refused: Terraform reads them from the
    /// environment, or from a file that <c>TF_CLI_ARGS_init="-backend-config=FILE"</c> names.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the state lies in this checkout.</summary>
    public bool IsLocal => Type == Local;

    private const string Local = "local";
}
