using System.Globalization;
using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Render;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Run;

/// <summary>What every procedure works with: one cluster, one way to Nomad, one listener.</summary>
public sealed class Session
{
    private TerraformEngine? _terraform;
    private readonly List<string> _done = [];
    private Version? _oldest;

    /// <summary>Opens a session.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="root">Folder of the repository: templates are read from it, jobs are written to it.</param>
    /// <param name="profile">Names the folder below <c>jobs</c>.</param>
    /// <param name="commands">How to call Nomad.</param>
    /// <param name="gate">Starts processes.</param>
    /// <param name="listener">Hears what happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">Id of the run, by which its record is found; one of its own when empty.</param>
    /// <param name="takeOver">Jobs of these names that are not this cluster's and may become so.</param>
    public Session(
        ClusterSettings settings, string root, string profile, NomadCommands commands, IProcessGate gate, IRunListener listener, TimeProvider time, string run = "",
        TakeOverScope takeOver = TakeOverScope.Nothing)
    {
        Settings = settings;
        Listener = listener;
        Time = time;
        Gate = gate;
        var templates = Path.Combine(root, "templates");
        Renderer = new JobRenderer(templates);
        Module = new TerraformModule(templates);
        JobsPath = Path.Combine(root, "jobs", profile);
        Nomad = new NomadClient(commands, gate) { Owner = new JobOwner(settings.ClusterName, id => JobCatalog.Find(settings, id)?.Setting ?? "its name", takeOver) };
        Dispatcher = new Dispatcher(Nomad, time);
        Node = new NodeChannel(settings, Script(templates, "lib.sh") + Script(templates, "holder.sh") + Script(templates, "health.sh") + Script(templates, "doctor.sh") + Script(templates, "operate.sh"), Nomad, Dispatcher);
        Reader = new ClusterReader(settings, Nomad, Node, See);
        Lock = new ClusterLock(
            Nomad, holder => Renderer.RenderLock(settings, holder.ToMeta()).Text, JobCatalog.Id(settings, JobRole.Lock), time, listener, run);
        History = new HistoryJob(Nomad, entries => Renderer.RenderHistory(settings, entries).Text, JobCatalog.Id(settings, JobRole.History));
    }

    /// <summary>Of the cluster.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>The folder of the rendered jobs.</summary>
    public string JobsPath { get; }

    /// <summary>Renders jobs.</summary>
    public JobRenderer Renderer { get; }

    /// <summary>Renders Terraform's root module.</summary>
    public TerraformModule Module { get; }

    /// <summary>Writes the jobs, and where Terraform submits some of them its root module, to their folder.</summary>
    /// <exception cref="RunbookException">The folder cannot be written.</exception>
    public JobsChange WriteJobs(IReadOnlyList<RenderedJob> jobs) => Folder.Write(Settings, jobs);

    private JobsFolder Folder => new(JobsPath, Module);

    /// <summary>Asks and tells Nomad.</summary>
    public NomadClient Nomad { get; }

    /// <summary>Runs one-off jobs.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>Asks the node.</summary>
    public NodeChannel Node { get; }

    /// <summary>Observes the cluster.</summary>
    public ClusterReader Reader { get; }

    /// <summary>One change at a time.</summary>
    public ClusterLock Lock { get; }

    /// <summary>Starts processes.</summary>
    public IProcessGate Gate { get; }

    /// <summary>What was done.</summary>
    public HistoryJob History { get; }

    /// <summary>Hears what happens.</summary>
    public IRunListener Listener { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Carries out plans, with the operator's secrets at hand.</summary>
    public PlanRunner Runner(SecretBundle secrets)
    {
        var executor = new StepExecutor(Settings, Nomad, Dispatcher, Reader, Node, secrets, ClusterLock.Person, Listener, Time) { Terraform = Terraform };
        return new(executor, Listener, Time, Terraform, step => _done.Add(step.Title));
    }

    /// <summary>Submits and stops what keeps running; null where <c>nomad</c> does.</summary>
    public TerraformEngine? Terraform => Settings.UsesTerraform ? _terraform ??= new TerraformEngine(
        Settings, new TerraformClient(TerraformCommands ?? new("terraform", Path.Combine(JobsPath, TerraformModule.Folder)), Gate), Nomad,
        () => WriteJobs(Renderer.Render(Settings, _oldest)), Approve, Listener) : null;

    /// <summary>How to call Terraform.</summary>
    public TerraformCommands? TerraformCommands { get; init; }

    /// <summary>Asks for what Terraform plans; throws when the answer is no.</summary>
    public Action<string> Approve { get; init; } = _ => { };

    /// <summary>An id for a new restore: sorts by time, and is unique enough, since a second one of the same second cannot hold
    /// the cluster.</summary>
    public string NewRestoreId() => Time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    /// <summary>Holds the cluster while it works; a dry run only looks and holds nothing.</summary>
    public Task HoldAsync(string procedure, bool dryRun, Func<CancellationToken, Task> work, CancellationToken ct) =>
        dryRun ? work(ct) : Lock.HoldAsync(procedure, token => ToldAsync(work, token), ct);

    // A refusal speaks for its own plan; what was done before it, to be able to ask the node, stands all the same.
    private async Task ToldAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            await work(ct);
        }
        catch (RunbookException e) when (_done.Count > 0 && e.State == RunbookException.Unchanged)
        {
            throw new RunbookException(e.Code, e.Message, e) { State = $"nothing was changed but what was done before: {string.Join(", ", _done)}", Next = e.Next };
        }
    }

    /// <summary>Observes the cluster and its jobs, decides, and carries that out while it holds the cluster.</summary>
    /// <param name="procedure">What others are told who come meanwhile.</param>
    /// <param name="make">Decides.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public Task CarryOutAsync(
        string procedure, Func<ClusterFacts, IReadOnlyList<JobChange>, ProcedurePlan> make, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        CarryOutAsync(procedure, (facts, changes) => Task.FromResult(make(facts, changes)), secrets, dryRun, ct);

    /// <summary>The same where more has to be looked at before it can be planned.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public Task CarryOutAsync(
        string procedure, Func<ClusterFacts, IReadOnlyList<JobChange>, Task<ProcedurePlan>> make, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        HoldAsync(procedure, dryRun, async token =>
        {
            var jobs = await JobsAsync(token);
            var (facts, changes) = await ObserveAsync(jobs, token);
            var plan = await make(facts, changes);
            if (!dryRun)
                Folder.TryWrite(Settings, jobs, Listener);
            await Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);

    /// <summary>The jobs of the cluster, as the servers of this Nomad can read them.</summary>
    public async Task<IReadOnlyList<RenderedJob>> JobsAsync(CancellationToken ct)
    {
        _oldest ??= await OldestAsync(ct);
        return Renderer.Render(Settings, _oldest);
    }

    // The executable reads the jobspec, the servers what it makes of it. Who may not ask for the servers may still ask the executable.
    private async Task<Version?> OldestAsync(CancellationToken ct)
    {
        var executable = Answer.AskAsync(() => Nomad.VersionAsync(ct));
        var servers = await Answer.AskAsync(() => Nomad.ServersAsync(ct));
        var versions = servers.Value.IsDefault ? [] : servers.Value.Where(s => s.Alive).Select(s => s.Version);
        return versions.Append((await executable).Value).OfType<Version>().Min();
    }

    /// <summary>What the cluster is like, and what submitting each job would do; both at once.</summary>
    public async Task<(ClusterFacts Facts, IReadOnlyList<JobChange> Changes)> ObserveAsync(IReadOnlyList<RenderedJob> jobs, CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = Reader.ReadAsync(both.Token);
        try
        {
            var changes = await PlanJobsAsync(jobs, ct);
            return (await reading, changes);
        }
        catch (RunbookException) when (!reading.IsCompleted)
        {
            // What it has started on the node ends before we do.
            await both.CancelAsync();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>What submitting each job would do.</summary>
    public async Task<IReadOnlyList<JobChange>> PlanJobsAsync(IEnumerable<RenderedJob> jobs, CancellationToken ct) =>
        await Task.WhenAll(jobs.Select(async job => new JobChange(job, await Nomad.PlanAsync(job.Text, ct))));

    private void See(ClusterFacts facts)
    {
        if (facts.Node is { PostgresVersion.Length: > 0 } node)
            Listener.Seen("postgresql", node.PostgresVersion);
        if (facts.Node is { PgbackrestVersion.Length: > 0 } there)
            Listener.Seen("pgbackrest", there.PgbackrestVersion);
    }

    private static string Script(string templates, string name)
    {
        var path = Path.Combine(templates, "scripts", name);
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw new RunbookException(ExitCode.WrongUse, $"{path} is missing") { State = "nothing was changed", Next = "git checkout -- templates" };
    }
}
