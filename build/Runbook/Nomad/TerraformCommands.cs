using System.Collections.Immutable;

namespace Runbook.Nomad;

/// <summary>The <c>terraform</c> command lines that the runbook uses, as values; OpenTofu takes the same.</summary>
/// <param name="Executable">Path or name on PATH.</param>
/// <param name="Module">Folder of the root module.</param>
public sealed record TerraformCommands(string Executable, string Module)
{
    private static readonly TimeSpan InitLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PlanLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    // Another run may hold the state for the moment that its own plan takes.
    private const string LockTimeout = "-lock-timeout=5s";

    /// <summary>What Terraform says once a signal has reached it.</summary>
    public const string Interrupted = "Interrupt received";

    /// <summary>Settings for every call, beside what the environment says: Nomad's address above all.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Name of the file that takes over jobs which Terraform does not know yet, below <see cref="Module"/>.</summary>
    public const string TakeOverFile = "takeover.tf";

    /// <summary>Where the plan lies until it is applied; git ignores it.</summary>
    public string PlanFile => Path.Combine(Module, ".terraform", "runbook.tfplan");

    /// <summary>Fetches the provider and finds the state.</summary>
    public Invocation Init() => Make("init", "-input=false", "-no-color") with { Timeout = InitLimit };

    /// <summary>Addresses that the state knows; exit 1 when there is no state yet.</summary>
    public Invocation StateList() => Make("state", "list");

    /// <summary>Compares, and writes down what it would do.</summary>
    /// <param name="variables">Which jobs there should be.</param>
    /// <param name="targets">Addresses that it may touch; none: whatever differs.</param>
    public Invocation Plan(IEnumerable<KeyValuePair<string, bool>> variables, IEnumerable<string> targets) => Make(
    [
        "plan", "-input=false", "-no-color", LockTimeout, $"-out={PlanFile}",
        .. variables.Select(v => $"-var={v.Key}={(v.Value ? "true" : "false")}"),
        .. targets.Select(t => $"-target={t}"),
    ]) with { Timeout = PlanLimit, Grace = PlanLimit, SaysInterrupted = Interrupted };

    /// <summary>The plan as JSON.</summary>
    public Invocation ShowPlan() => Make("show", "-json", "-no-color", PlanFile);

    /// <summary>Does what the plan says and nothing else.</summary>
    /// <param name="limit">How long a job may take to be healthy; it is waited for even when the run is cancelled.</param>
    public Invocation Apply(TimeSpan limit) => Make("apply", "-input=false", "-no-color", LockTimeout, PlanFile)
        with { Timeout = limit + Margin, Grace = limit + Margin, SaysInterrupted = Interrupted };

    /// <summary>Takes back the mark of a job whose creation was not waited for to its end.</summary>
    public Invocation Untaint(string address) => Make("untaint", "-no-color", LockTimeout, address);

    private Invocation Make(params ImmutableArray<string> arguments) => new(Executable, [$"-chdir={Module}", .. arguments])
    {
        Remedy = "install Terraform 1.5 or newer or OpenTofu, or name the executable: --terraform /path/to/terraform",
        // What a person likes on their own command line must not change what is planned here.
        Environment = Environment.SetItems(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TF_IN_AUTOMATION"] = "1", ["TF_INPUT"] = "0", ["TF_CLI_ARGS"] = "", ["TF_CLI_ARGS_plan"] = "", ["TF_CLI_ARGS_apply"] = "",
        }),
    };
}
