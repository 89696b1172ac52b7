using LocalNomad.Model;

namespace LocalNomad.Running;

/// <summary>A task that could not be started, with the event that says so.</summary>
internal sealed class TaskSetupException(TaskEvent reason) : Exception(reason.DisplayMessage)
{
    private const string Launch = "failed to launch command with executor: rpc error: code = Unknown desc = ";

    public TaskSetupException(string setupError)
        : this(TaskEvent.SetupFailure(setupError))
    {
    }

    public TaskEvent Reason { get; } = reason;

    public static TaskSetupException Validation(string error) => new(TaskEvent.FailedValidation(error));

    public static TaskSetupException Driver(string error) => new(TaskEvent.DriverFailure(Launch + error));
}
