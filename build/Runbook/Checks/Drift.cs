using System.Text.Json;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Render;
using Runbook.Run;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Checks;

/// <summary>What runs otherwise than it is rendered. Only looks.</summary>
public static class Drift
{
    /// <summary>Looks, prints, and ends with 10 when something differs.</summary>
    /// <exception cref="VerdictException">Something differs.</exception>
    public static async Task RunAsync(Session session, CommandOptions typed, OutputFormat format, Action<string> print, CancellationToken ct)
    {
        var planning = session.PlanJobsAsync(await session.JobsAsync(ct), ct);
        var server = session.Nomad.JobAsync(session.Settings.Postgres.JobName, ct);
        var facts = await session.Reader.LookAsync(ct) with { ServerVersion = (await server)?.Version };
        var findings = DriftRules.Jobs(facts, await planning).ToList();
        var notes = new List<string>(HeldSchedules.Notes(facts));
        if (facts.ServerAnswers)
            findings.AddRange(await ServerAsync(session, facts, notes, ct));
        else
            notes.Add(facts.Unasked is { } unasked ? $"the settings of the server were not looked at: {unasked.Reason}" : "no server answers: its settings were not looked at");
        End(findings, notes, session.Settings, typed, format, print);
    }

    /// <summary>The same for a cluster of which nothing exists.</summary>
    /// <exception cref="VerdictException">All of it is missing.</exception>
    public static void Absent(ClusterSettings settings, JobRenderer renderer, CommandOptions typed, OutputFormat format, Action<string> print) => End(
        [.. renderer.Render(settings).Select(j => new DriftFinding("job", j.Id, "missing", ["Nomad has no such job"], "./build.sh Deploy"))],
        ["no server answers: its settings were not looked at"], settings, typed, format, print);

    private static async Task<IEnumerable<DriftFinding>> ServerAsync(Session session, ClusterFacts facts, List<string> notes, CancellationToken ct)
    {
        var files = session.Renderer.RenderServerFiles(session.Settings);
        var conf = files["postgresql.conf"];
        try
        {
            var said = await new ServerQuery(session.Settings, session.Nomad).AskAsync(
                facts.Server!, LiveServer.Question(ServerFile.Settings(conf).Keys), ct);
            return DriftRules.Server(conf, files["pg_hba.conf"], LiveServer.Parse(said));
        }
        catch (Exception e) when (e is RunbookException or JsonException)
        {
            notes.Add($"the server's settings could not be read: {e.Message}");
            return [];
        }
    }

    private static void End(
        IReadOnlyList<DriftFinding> findings, IReadOnlyList<string> notes, ClusterSettings settings, CommandOptions typed, OutputFormat format, Action<string> print)
    {
        var text = DriftReport.Write(format, findings, notes, settings.ClusterName, typed);
        if (text.Length > 0)
            print(text);
        if (findings.Count > 0)
            throw new VerdictException(ExitCode.Changes, DriftReport.Summary(findings)) { State = "nothing was changed" };
        if (format == OutputFormat.Text)
            print(DriftReport.Summary(findings));
    }
}
