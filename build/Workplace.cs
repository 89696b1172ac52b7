using System.Collections.Immutable;
using Runbook;
using Runbook.Checks;
using Runbook.Deploy;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Render;
using Runbook.Run;
using Runbook.Schedules;
using Runbook.Settings;
using Runbook.Status;
using Runbook.Steps;
using Sandbox;

/// <summary>What a target needs to be there before it begins.</summary>
public enum Needs
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A configuration.</summary>
    Settings,

    /// <summary>A configuration; the cluster may not exist.</summary>
    Look,

    /// <summary>A Nomad that answers; in the sandbox, one that was deployed before.</summary>
    Nomad,

    /// <summary>The same, and in the sandbox the packages and the folder, made when they are missing.</summary>
    Cluster,
}

/// <summary>How much is said.</summary>
public enum Level
{
    /// <summary>Every command that is run.</summary>
    Verbose = 0,

    /// <summary>What an operator needs.</summary>
    Normal = 1,

    /// <summary>Warnings and errors.</summary>
    Minimal = 2,

    /// <summary>Errors.</summary>
    Quiet = 3,
}

/// <summary>What the command line says of the programs that are called.</summary>
/// <param name="Nomad">The executable; empty for the one on the PATH, or the sandbox's own.</param>
/// <param name="Terraform">The executable; empty for the one on the PATH.</param>
/// <param name="Yes">Confirm without asking.</param>
public sealed record Tools(string Nomad, string Terraform, bool Yes);

/// <summary>One run of one target: the profile's settings, the way to Nomad, and where to print.</summary>
public sealed partial class Workplace(
    string root, string temporary, IReadOnlyList<string> profiles, Tools tools, OutputFormat format, Level level, IDictionary<string, string> passwords)
{
    // NUKE knows no default profile.
    private readonly IReadOnlyList<string> _profiles = profiles.Count > 0 ? profiles : [CommandOptions.DefaultProfile];

    private SandboxFolder? _sandbox;
    private ClusterSettings? _settings;
    private HandTypedNomad _byHand = HandTypedNomad.OnPath;
    private CancellationToken _stop;

    /// <summary>The profile, the last one where several are layered.</summary>
    public string Profile => _profiles[^1];

    /// <summary>What the next command is typed with.</summary>
    public CommandOptions Options => new(Profile, tools.Nomad, tools.Terraform)
    {
        Below = string.Concat(_profiles.SkipLast(1).Select(p => $"{p}+")),
        ByHand = _byHand,
    };

    /// <summary>Format of what is printed.</summary>
    public OutputFormat Format => format;

    /// <summary>Whether a person can type.</summary>
    public bool Terminal => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    private bool IsSandbox => _profiles.Contains(CommandOptions.DefaultProfile);

    private bool UsesLocalNomad => IsSandbox && tools.Nomad.Length == 0;

    // The stand-in of this sandbox; what is exported is meant for another Nomad.
    private LocalAgent? StandIn => _sandbox is not null && UsesLocalNomad ? Agent(_sandbox) : null;

    private ClusterSettings Settings => _settings ?? throw new InvalidOperationException("not opened");

    /// <summary>Reads the configuration and makes what the target needs.</summary>
    public async Task OpenAsync(Needs needs, CancellationToken ct)
    {
        _stop = ct;
        if (needs == Needs.Nothing)
            return;
        if (IsSandbox)
        {
            if (needs == Needs.Cluster)
                await HostPackages.EnsureAsync(Say, ct);
            _sandbox = needs is Needs.Cluster or Needs.Settings
                ? await SandboxFolder.OpenAsync(temporary, Say, ct)
                : SandboxFolder.Find(temporary);
            if (_sandbox is null && needs == Needs.Nomad)
                throw RunbookException.Refused("this checkout has no cluster yet", "./build.sh Deploy");
        }
        _settings = ConfigReader.Read(root, _profiles, _sandbox?.Variables ?? SandboxFolder.Unmade(temporary));
        _byHand = HandTypedNomad.Of(Executable, NomadVariables(), Environment.GetEnvironmentVariable);
        _log?.Of(_settings.ClusterName);
        if (StandIn is { } agent && needs is not Needs.Settings)
            await agent.EnsureAsync(ct);
    }

    /// <summary>A session with the cluster of the profile.</summary>
    /// <param name="ct">Of the operator.</param>
    /// <param name="takeOver">Jobs of its names that are not the cluster's and may become so.</param>
    public Task<Session> SessionAsync(CancellationToken ct, TakeOverScope takeOver = TakeOverScope.Nothing)
    {
        ct.ThrowIfCancellationRequested();
        var commands = new NomadCommands(Executable) { Environment = GuardedNomadVariables() };
        _session = new Session(Settings, root, Profile, commands, Gate, Report(), TimeProvider.System, _run, takeOver)
        {
            TerraformCommands = Terraform(commands),
            Approve = what => Question.Ask(Person, tools.Yes, what, "the same command with --yes"),
        };
        return Task.FromResult(_session);
    }

    /// <summary>Renders the jobs and says what changed.</summary>
    public void RenderJobs()
    {
        var jobs = Renderer.Render(Settings);
        var change = new JobsFolder(Path.Combine(root, "jobs", Profile), new TerraformModule(Path.Combine(root, "templates"))).Write(Settings, jobs);
        foreach (var (verb, files) in new[] { ("added", change.Added), ("changed", change.Changed), ("removed", change.Removed), ("unchanged", change.Unchanged) })
        {
            foreach (var file in files)
                Print($"{verb,-9} jobs/{Profile}/{file}");
        }
    }

    /// <summary>What the cluster is doing; nothing is started to find out that there is none.</summary>
    public async Task<string> StatusAsync(CancellationToken ct) =>
        IsSandbox && _sandbox is null
            ? Look.AbsentStatus(Settings, Options, format, TimeProvider.System)
            : await Look.StatusAsync(await SessionAsync(ct), Options, format, ct);

    /// <summary>The scheduled backups; nothing is started to find out that there are none.</summary>
    public async Task<string> ScheduleAsync(CancellationToken ct) =>
        IsSandbox && _sandbox is null
            ? ScheduleProcedures.Absent(Settings, Options, format, TimeProvider.System)
            : await ScheduleProcedures.ReadAsync(await SessionAsync(ct), Options, format, ct);

    /// <summary>What Deploy would do; nothing is started to find out that there is everything to do.</summary>
    public async Task PlanAsync(CancellationToken ct)
    {
        if (IsSandbox && _sandbox is null)
            Preview.Absent(Settings, Renderer, Options, format, Print);
        else
            await Preview.RunAsync(await SessionAsync(ct), Secrets(), Options, format, Print, ct);
    }

    /// <summary>What runs otherwise than it is rendered.</summary>
    public async Task DriftAsync(CancellationToken ct)
    {
        if (IsSandbox && _sandbox is null)
            Drift.Absent(Settings, Renderer, Options, format, Print);
        else
            await Drift.RunAsync(await SessionAsync(ct), Options, format, Print, ct);
    }

    /// <summary>Whether it is healthy.</summary>
    public async Task CheckAsync(CancellationToken ct)
    {
        if (IsSandbox && _sandbox is null)
            Check.Absent(Settings, Options, format, TimeProvider.System, Print);
        else
            await Check.RunAsync(await SessionAsync(ct), Options, format, Print, ct);
    }

    /// <summary>What a cluster needs and whether it is there; nothing is started to find that out.</summary>
    public async Task DoctorAsync(CancellationToken ct) => await Doctor.RunAsync(
        await SessionAsync(ct), Options, root, UsesLocalNomad ? "" : Environment.GetEnvironmentVariable("NOMAD_NAMESPACE") ?? "", remote: !IsSandbox || _sandbox is not null, format, Print, ct);

    /// <summary>Asks for the cluster's name before something is done that cannot be taken back.</summary>
    /// <param name="confirmed">It need not be asked any more.</param>
    /// <param name="command">Target and options that ask.</param>
    /// <param name="what">What will be done.</param>
    /// <param name="yes">What answers beforehand.</param>
    /// <exception cref="RunbookException">Another name was typed, or nobody can type.</exception>
    public void Confirm(bool confirmed, string command, string what, string yes)
    {
        if (confirmed)
            return;
        if (Console.IsInputRedirected)
            throw RunbookException.Refused($"{command} would {what}: it asks for the cluster's name ({Settings.ClusterName}), but there is no terminal", yes);
        Console.Error.Write($"Type the name of the cluster to {what} ({Settings.ClusterName}): ");
        if (Console.ReadLine()?.Trim() != Settings.ClusterName)
            throw RunbookException.Refused("that is not its name", yes);
    }

    /// <summary>Where the cluster can be reached.</summary>
    public async Task SayWhereItIsAsync(bool dryRun, CancellationToken ct)
    {
        if (dryRun)
            return;
        Say($"connection: {(_session is null ? StatusReport.Connection(Settings) : await Look.ConnectionAsync(_session, ct))}");
        SayNext(dryRun, "./build.sh Status");
    }

    /// <summary>What to type next.</summary>
    public void SayNext(bool dryRun, string command)
    {
        if (dryRun)
            return;
        _next = Options.In(command);
        Say($"next: {_next}");
    }

    /// <summary>A line for people; beside JSON, not in it.</summary>
    public void Say(string line)
    {
        if (level < Level.Minimal)
            (format == OutputFormat.Text ? Console.Out : Console.Error).WriteLine(Shown.Text(Options.In(line)));
    }

    /// <summary>A line for people, beside what a program that we started prints.</summary>
    public void SayBeside(string line) => Console.Error.WriteLine(Shown.Text(Options.In(line)));

    /// <summary>What a target has found, for people; beside what it prints for programs.</summary>
    public static void SayVerdict(string text) => Console.Error.WriteLine(Shown.Text(text));

    /// <summary>An answer that names commands.</summary>
    public void PrintTyped(string text) => Print(Options.In(text));

    /// <summary>A line of the answer.</summary>
    public void Print(string line)
    {
        if (format == OutputFormat.Text)
            line = Options.In(line);
        Console.Out.WriteLine(Shown.Text(line));
        Show(line);
    }

    private JobRenderer Renderer => new(Path.Combine(root, "templates"));

    private IRunListener Report()
    {
        var beside = format != OutputFormat.Text;
        var redirected = beside ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        var report = new RunReport(
            new Terminal(beside ? Console.Error : Console.Out, !redirected, level >= Level.Minimal) { Options = Options }, TimeProvider.System);
        return _log?.Listen(report) ?? report;
    }

    private RetryingGate Gate => new(
        new ProcessGate(level == Level.Verbose ? line => Console.Error.WriteLine($"      > {Shown.Text(line)}") : _ => { }, NomadEnvironment.Secrets(Environment.GetEnvironmentVariable)),
        TimeProvider.System, line => SayBeside($"warning: {line}"));

    private string Executable => tools.Nomad.Length > 0 ? tools.Nomad : UsesLocalNomad ? LocalNomad : "nomad";

    // Built beside this executable, in the artifacts of the same checkout.
    private static string LocalNomad => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "LocalNomad", "debug", "nomad"));

    private static LocalAgent Agent(SandboxFolder sandbox) => new(LocalNomad, sandbox, TimeProvider.System);

    private ImmutableDictionary<string, string> NomadVariables() => StandIn is { } agent
        ? ImmutableDictionary<string, string>.Empty.Add("NOMAD_ADDR", agent.Address)
            .Add("NOMAD_NAMESPACE", "").Add("NOMAD_REGION", "").Add("NOMAD_TOKEN", "")
        : NomadEnvironment.Of(Settings.Nomad.Address, Settings.Nomad.Region, Settings.Nomad.Namespace);

    private ImmutableDictionary<string, string> GuardedNomadVariables()
    {
        var set = NomadVariables();
        if (StandIn is not null)
            return set;
        NomadEnvironment.GuardNamespace(set, Environment.GetEnvironmentVariable);
        foreach (var contradiction in NomadEnvironment.Contradictions(set, Environment.GetEnvironmentVariable))
            SayBeside($"warning: {contradiction}");
        return set;
    }
}
