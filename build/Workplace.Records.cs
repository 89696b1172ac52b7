using System.Text;
using Runbook.Nomad;
using Runbook.Run;
using Runbook.Status;

/// <summary>What a run leaves behind: its record, its line in Nomad, its summary.</summary>
public sealed partial class Workplace
{
    // What these print is what they are for. Others show logs, rows or passwords, which are nobody else's.
    private static readonly string[] ShownTargets = ["Status", "Check", "Backups", "Schedule", "History", "Doctor", "Verify", "Plan", "Drift", "RenderJobs"];

    private static readonly string SummaryFile = Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") ?? "";

    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly StringBuilder _shown = new();
    private RunLog? _log;
    private Session? _session;
    private string _next = "";
    private bool _closes;

    private RunFiles Files => new(Path.Combine(temporary, "runs"));

    /// <summary>Writes down that a run begins.</summary>
    /// <param name="target">What was asked for.</param>
    /// <param name="options">As they would be typed.</param>
    /// <param name="changes">It may change something: only then a record stays.</param>
    /// <param name="ct">Of the operator.</param>
    public async Task BeginAsync(string target, IReadOnlyList<string> options, bool changes, CancellationToken ct)
    {
        if (!changes && SummaryFile.Length == 0)
            return;
        var begun = new RunRecord
        {
            Id = _run,
            Target = target,
            Arguments = options,
            Profile = Profile,
            By = ClusterLock.Person,
            Via = Automation(Environment.GetEnvironmentVariable),
            StartedAt = TimeProvider.System.GetUtcNow(),
            Process = LocalProcess.Self,
            Boot = LocalProcess.Boot,
            Commit = changes ? await GitCommands.CommitAsync(Gate, root, ct) : "",
            Versions = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [".net"] = Environment.Version.ToString(),
                ["system"] = Environment.OSVersion.VersionString,
            },
        };
        _log = new RunLog(changes ? Files : null, begun, SayBeside, TimeProvider.System);
        _log.Begin();
    }

    /// <summary>Writes down how the run ended.</summary>
    public async Task EndAsync(RunEnd end)
    {
        var log = _log;
        _log = null;
        if (log is not null)
        {
            await log.EndAsync(end.Code, end.Text, _session?.History, end.IsVerdict);
            if (SummaryFile.Length > 0)
                log.Summarise(SummaryFile, ShownTargets.Contains(log.Record.Target) ? _shown.ToString() : "", _next);
        }
        if (!_closes)
            return;
        _closes = false;
        if (log is not null && _session is not null)
            await log.CloseAsync(_session.History);
        if (_sandbox is null || !UsesLocalNomad)
            return;
        await Agent(_sandbox).StopAsync(CancellationToken.None);
        Say($"the sandbox's files stay in {_sandbox.Path}");
    }

    /// <summary>Nothing of the cluster runs any more: once that is written down, the sandbox's agent ends, too.</summary>
    public void Close(bool dryRun) => _closes = !dryRun;

    /// <summary>The runs that changed the cluster; nothing is started to find them.</summary>
    /// <param name="last">As many are shown.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<string> HistoryAsync(int last, CancellationToken ct)
    {
        last = History.Last(last);
        var session = IsSandbox && _sandbox is null ? null : await SessionAsync(ct);
        return HistoryReport.Write(format, await History.ReadAsync(session, Settings, Profile, Files, SayBeside, ct), last);
    }

    // https://docs.github.com/actions/reference/workflows-and-actions/variables
    private static string Automation(Func<string, string?> variable) =>
        variable("GITHUB_RUN_ID") is { Length: > 0 } run ? $"{variable("GITHUB_SERVER_URL")}/{variable("GITHUB_REPOSITORY")}/actions/runs/{run}" : "";

    private void Show(string line)
    {
        if (SummaryFile.Length > 0)
            _shown.AppendLine(line);
    }
}
