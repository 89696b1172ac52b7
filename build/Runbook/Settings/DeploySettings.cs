namespace Runbook.Settings;

/// <summary>What a deployment asks before it acts.</summary>
public sealed record DeploySettings
{
    /// <summary>
    /// Confirmation before <c>Deploy</c> restarts a running server. <c>true</c>: <c>Deploy</c> says why the restart is needed and asks. Without a
    /// terminal it needs <c>--yes</c>; otherwise it is refused with exit code 3. The profile <c>local</c> sets <c>false</c>.
    /// </summary>
    public bool ConfirmRestart { get; init; } = true;
}
