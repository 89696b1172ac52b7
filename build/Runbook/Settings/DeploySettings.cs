namespace Runbook.Settings;

/// <summary>What a deployment asks before it acts.</summary>
public sealed record DeploySettings
{
    /// <summary>Whether <c>Deploy</c> asks before it restarts a running server, and says why it has to. Without a terminal it then needs <c>--yes</c>, and is refused with exit code 3 otherwise. The profile <c>local</c> sets it to false.</summary>
    public bool ConfirmRestart { get; init; } = true;
}
