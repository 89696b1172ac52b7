namespace LocalNomad.Model;

internal sealed record TaskEvent
{
    public required string Type { get; init; }
    public long Time { get; init; }
    public string DisplayMessage { get; init; } = "";
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();
    public string Message { get; init; } = "";
    public int ExitCode { get; init; }
    public int Signal { get; init; }
    public bool FailsTask { get; init; }
    public string RestartReason { get; init; } = "";
    public long StartDelay { get; init; }
    public long KillTimeout { get; init; }
    public string KillReason { get; init; } = "";
    public string KillError { get; init; } = "";
    public string DriverError { get; init; } = "";
    public string DriverMessage { get; init; } = "";
    public string SetupError { get; init; } = "";
    public string ValidationError { get; init; } = "";
    public string FailedSibling { get; init; } = "";
    public string TaskSignal { get; init; } = "";
    public string TaskSignalReason { get; init; } = "";
    public string DownloadError { get; init; } = "";
    public string GenericSource { get; init; } = "";
    public string VaultError { get; init; } = "";
    public long DiskLimit { get; init; }
    public long DiskSize { get; init; }

    public static TaskEvent Received() => new() { Type = "Received", DisplayMessage = "Task received by client" };

    public static TaskEvent TaskSetup() => WithMessage("Task Setup", "Building Task Directory");

    public static TaskEvent Started() => new() { Type = "Started", DisplayMessage = "Task started by client" };

    public static TaskEvent SetupFailure(string error) => new()
    {
        Type = "Setup Failure", SetupError = error, DisplayMessage = error, FailsTask = true, Details = Detail("setup_error", error),
    };

    public static TaskEvent FailedValidation(string error) => new()
    {
        Type = "Failed Validation", ValidationError = error, DisplayMessage = error, Details = Detail("validation_error", error),
    };

    public static TaskEvent DriverFailure(string error) => new()
    {
        Type = "Driver Failure", DriverError = error, DisplayMessage = error, Details = Detail("driver_error", error),
    };

    /// <summary>Names three of them, as Nomad does.</summary>
    public static TaskEvent MissingVariables(IReadOnlyList<string> paths) => new()
    {
        Type = "Template",
        DisplayMessage = "Missing: " + string.Join(", ", paths.Take(3).Select(path => $"nomad.var.block({path}@default.global)"))
            + (paths.Count > 3 ? $", and {paths.Count - 3} more" : ""),
    };

    public static TaskEvent TemplateFailed(string error) => new() { Type = "Template", DisplayMessage = $"Template failed: {error}" };

    public static TaskEvent Terminated(int exitCode, int signal, string message = "") => new()
    {
        Type = "Terminated",
        ExitCode = exitCode,
        Signal = signal,
        Message = message,
        DisplayMessage = $"Exit Code: {exitCode}"
            + (signal == 0 ? "" : $", Signal: {signal}")
            + (message.Length == 0 ? "" : $", Exit Message: \"{message}\""),
        Details = new Dictionary<string, string>
        {
            ["exit_code"] = $"{exitCode}",
            ["signal"] = $"{signal}",
            ["oom_killed"] = "false",
        },
    };

    public static TaskEvent Restarting(string reason, long delay) => new()
    {
        Type = "Restarting",
        RestartReason = reason,
        StartDelay = delay,
        DisplayMessage = reason == Restarts.WithinPolicy
            ? $"Task restarting in {Duration.Format(delay)}"
            : $"{reason} - Task restarting in {Duration.Format(delay)}",
        Details = new Dictionary<string, string> { ["restart_reason"] = reason, ["start_delay"] = $"{delay}" },
    };

    public static TaskEvent NotRestarting(string reason, bool failsTask) => new()
    {
        Type = "Not Restarting",
        RestartReason = reason,
        FailsTask = failsTask,
        DisplayMessage = reason,
        Details = failsTask
            ? new Dictionary<string, string> { ["restart_reason"] = reason, ["fails_task"] = "true" }
            : Detail("restart_reason", reason),
    };

    public static TaskEvent RestartSignaled() => new()
    {
        Type = "Restart Signaled", RestartReason = "User requested restart", DisplayMessage = "User requested restart",
    };

    public static TaskEvent Signaling(string signal) => new()
    {
        Type = "Signaling", TaskSignal = signal, DisplayMessage = $"Task being sent signal {signal}: User requested signal", TaskSignalReason = "User requested signal",
    };

    public static TaskEvent Killing(long timeout) => new()
    {
        Type = "Killing",
        KillTimeout = timeout,
        DisplayMessage = $"Sent interrupt. Waiting {Duration.Format(timeout)} before force killing",
        Details = Detail("kill_timeout", Duration.Format(timeout)),
    };

    public static TaskEvent Killed() => new() { Type = "Killed", DisplayMessage = "Task successfully killed" };

    public static TaskEvent SiblingFailed(string task) => new()
    {
        Type = "Sibling Task Failed", FailedSibling = task, DisplayMessage = $"Task's sibling \"{task}\" failed", Details = Detail("failed_sibling", task),
    };

    public static TaskEvent LeaderDead() => new() { Type = "Leader Task Dead", DisplayMessage = "Leader Task in Group dead" };

    public static TaskEvent MainTasksDead() => new() { Type = "Main Tasks Dead", DisplayMessage = "Main tasks in the group died" };

    public static TaskEvent AllocUnhealthy(string reason) => WithMessage("Alloc Unhealthy", reason);

    private static TaskEvent WithMessage(string type, string message) => new()
    {
        Type = type, Message = message, DisplayMessage = message, Details = Detail("message", message),
    };

    private static Dictionary<string, string> Detail(string key, string value) => new() { [key] = value };
}

internal static class Restarts
{
    public const string WithinPolicy = "Restart within policy";
}
