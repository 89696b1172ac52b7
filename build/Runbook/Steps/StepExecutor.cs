using System.Text.RegularExpressions;
using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Steps;

/// <summary>Does what a step says. Success is observed: an exit code, a label in the repository, an answer of the server.</summary>
public sealed partial class StepExecutor(
    ClusterSettings settings, NomadClient nomad, Dispatcher dispatcher, ClusterReader reader, NodeChannel node,
    SecretBundle secrets, string person, IRunListener listener, TimeProvider time)
{
    private static readonly TimeSpan InitLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan BackupLimit = TimeSpan.FromHours(24);
    private static readonly TimeSpan ArchiveLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(30);

    private const string WarningPrefix = "warning: ";

    private readonly PauseSteps _pause = new(settings, nomad, node);
    private readonly RestoreSteps _restore = new(settings, nomad, dispatcher, node, person, listener, time);

    /// <summary>Submits and stops what keeps running, where Terraform does that.</summary>
    public TerraformEngine? Terraform { get; init; }

    /// <summary>Carries out one step.</summary>
    /// <exception cref="RunbookException">It failed.</exception>
    public Task RunAsync(Step step, CancellationToken ct) => step switch
    {
        SubmitJob s => SubmitAsync(s, ct),
        ResubmitJob s => ResubmitAsync(s, ct),
        ApplyTerraform s => new TerraformStep(settings, Terraform!, nomad, listener, EndAsync).RunAsync(s, ct),
        RemoveJob s => nomad.StopAsync(s.JobId, purge: true, ct),
        StopJobs s => StopJobsAsync(s, ct),
        AwaitServer s => new ServerWait(settings, nomad, listener, time).UntilWritableAsync(s.Limit, ct),
        FollowRollout s => new Rollout(settings, nomad, listener, time).FollowAsync(s, ct),
        DeliverSecrets => DeliverSecretsAsync(ct),
        InitialiseDatabases s => DispatchAsync(settings.Postgres.InitJobName, [("fingerprint", s.Fingerprint)], ct),
        ApplySettings => DispatchAsync(settings.Postgres.InitJobName, [("fingerprint", "-"), ("only", "conf")], ct),
        TakeCluster s => node.AskAsync("take-cluster", s.System, beside: null, ct),
        DeliverFiles => DispatchAsync(settings.Postgres.InitJobName, [("fingerprint", "-"), ("only", "files")], ct),
        CreateStanza => DispatchAsync(settings.Pgbackrest.InitJobName, [], ct),
        TakeBackup s => TakeBackupAsync(s, ct),
        ArchiveWal => ArchiveWalAsync(ct),
        ExpireSets s => new Expiry(settings, node, dispatcher, reader, person, listener).RunAsync(s, ct),
        RunRestore s => _restore.RunAsync(s, ct),
        FollowRestore s => _restore.FollowAsync(s, ct),
        AcceptRestore s => _restore.AcceptAsync(s, ct),
        CancelRestore s => _restore.CancelAsync(s, ct),
        DiscardKept s => _restore.DiscardAsync(s, ct),
        FinishRestore s => _restore.FinishAsync(s, ct),
        RecordPause s => _pause.RecordAsync(s, ct),
        HoldSchedules s => _pause.HoldAsync(s, ct),
        EndPause => _pause.EndAsync(ct),
        SwitchOver s => new Switch(settings, nomad, reader, node, listener, time).RunAsync(s.Id, ct),
        _ => throw new InvalidOperationException($"no way to do {step.GetType().Name}"),
    };

    private async Task SubmitAsync(SubmitJob step, CancellationToken ct)
    {
        try
        {
            await nomad.RunAsync(step.Job.Text, step.CheckIndex, ct);
        }
        catch (JobChangedException e)
        {
            throw RunbookException.Refused(
                $"{step.Job.Id}: {e.Message}", "./build.sh Plan shows what would be done now; then the same command again",
                "the other change was kept: this job was not submitted; the steps before it are done");
        }
    }

    private async Task ResubmitAsync(ResubmitJob step, CancellationToken ct)
    {
        var plan = await nomad.PlanAsync(step.Job.Text, ct);
        if (plan.Changed)
            await nomad.RunAsync(step.Job.Text, plan.ModifyIndex, ct);
    }

    private async Task StopJobsAsync(StopJobs step, CancellationToken ct)
    {
        // Since Nomad 1.8 a purge takes the job's allocations out of every list at once, while their tasks may still run: it comes last.
        await Task.WhenAll(step.JobIds.Select(id => nomad.StopAsync(id, purge: false, ct)));
        await EndAsync(step.JobIds, step.What, ct);
        if (step.Purge)
            await Task.WhenAll(step.JobIds.Select(id => nomad.StopAsync(id, purge: true, ct)));
    }

    private async Task EndAsync(IReadOnlyList<string> jobs, string what, CancellationToken ct)
    {
        // The command returns while tasks still run, and children of a periodic job outlive their parent.
        var limit = settings.Postgres.KillTimeout + StopMargin;
        IReadOnlyList<NomadAllocation> away = [];
        var ended = await new Deadline(time, limit).UntilAsync(
            async () =>
            {
                var told = (await nomad.AllocationsAsync(ct)).Where(a => !a.Ended && jobs.Any(a.BelongsTo)).ToLookup(a => a.WaitsForItsAgent);
                away = [.. told[true]];
                var active = told[false].ToList();
                foreach (var child in active.Where(a => a.DesiredStatus == "run" && !jobs.Contains(a.JobId)).Select(a => a.JobId).Distinct())
                    await nomad.StopAsync(child, purge: false, ct);
                return active.Count == 0 ? "" : null;
            }, ct);
        if (ended is null)
            throw new RunbookException(ExitCode.Failed, $"{what} did not end within {Words.Span(limit)}")
            {
                State = "it was stopped in Nomad; the data is untouched",
                Next = "./build.sh Status, then run the same command again",
            };
        foreach (var there in away.GroupBy(a => a.NodeName))
            listener.Warn($"the agent of node {there.Key} is away: what runs there ({string.Join(", ", there.Select(a => a.JobId).Distinct())}) is stopped when the node is back, and may serve until then");
    }

    private async Task<Dispatched> DispatchAsync(string jobId, (string Key, string Value)[] meta, CancellationToken ct)
    {
        var child = await dispatcher.RunAsync(jobId, Meta(meta), InitLimit, onLine: null, whileRunning: null, ct);
        foreach (var warning in child.Output.Split('\n').Where(l => l.StartsWith(WarningPrefix, StringComparison.Ordinal)))
            listener.Warn(warning[WarningPrefix.Length..]);
        return child.Allocation.Succeeded ? child : throw Failed(child, "nothing else was changed by this step");
    }

    private async Task DeliverSecretsAsync(CancellationToken ct)
    {
        var child = await dispatcher.RunAsync(
            settings.Pgbackrest.JobName,
            Meta(("operation", "await-secrets"), ("argument", secrets.Delivery)), InitLimit, onLine: null, task => secrets.DeliverAsync(node, task, secrets.Delivery, ct), ct);
        if (new FactLines(child.Output).Value("secrets.refused").Split(' ', 2) is [var repository, var trouble])
        {
            var why = StorageTrouble.Explain(trouble.Replace("\\n", "\n", StringComparison.Ordinal));
            throw RunbookException.Refused(
                $"repository {repository} refuses the new secrets and takes the present ones: {why}",
                why.Contains(StorageTrouble.Passphrase, StringComparison.Ordinal)
                    ? $"{ConfiguredRepository.InPlace}: {ConfiguredRepository.Beside}"
                    : "correct them where they come from (pgbackrest.repositories), then run the same command");
        }
        if (!child.Allocation.Succeeded)
            throw Failed(child, "nothing else was changed");
    }

    private async Task TakeBackupAsync(TakeBackup step, CancellationToken ct)
    {
        var child = await dispatcher.RunAsync(
            settings.Pgbackrest.JobName,
            Meta(("operation", "backup"), ("argument", $"{step.Type.ToString().ToLowerInvariant()}{(step.Repository == 0 ? "" : $" {step.Repository}")}")),
            BackupLimit, OnCopyLine, whileRunning: null, ct);
        var labels = NewLabel().Matches(child.Output).Select(m => m.Groups["label"].Value).ToList();
        if (!child.Allocation.Succeeded && labels.Count == 0)
            throw Failed(child, "the cluster runs; earlier backup sets are untouched", "./build.sh Backups");
        var added = (await RepositoryAsync(ct)).Sets.Where(s => labels.Contains(s.Label)).ToList();
        if (added.Count == 0 || added.Count < labels.Count)
            throw new RunbookException(ExitCode.Failed, "pgBackRest succeeded, but no new backup set is in the repository")
            {
                State = "earlier backup sets are untouched",
                Next = $"./build.sh Logs --job {child.JobId}",
            };
        foreach (var set in added)
            Tell(set, step.Type);
        if (child.Allocation.Succeeded)
            return;
        var failed = $"not every repository took the backup: {child.Reason}";
        if (!step.OneIsEnough)
            throw new RunbookException(ExitCode.Failed, failed)
            {
                State = $"the set is in repository {string.Join(", ", added.Select(s => s.Repository))}; the cluster runs",
                Next = "fix the other repository, then run the same command",
            };
        listener.Warn(failed);
    }

    private void Tell(BackupSet added, BackupType asked)
    {
        var where = settings.Pgbackrest.Repositories.Count > 1 ? $"repository {added.Repository}" : "the repository";
        listener.Note($"backup set {added.Label}: {ClusterWords.Of(added.Type)}, {Words.Bytes(added.Size)}, {Words.Bytes(added.RepositorySize)} in {where}");
        if (added.Type != asked)
            listener.Warn($"asked for a {ClusterWords.Of(asked)} backup, pgBackRest took a {ClusterWords.Of(added.Type)} one: the set to build on is missing");
        if (added.Error)
            listener.Warn($"set {added.Label} holds damaged pages: the cluster has checksum errors, look at the server's log");
    }

    private async Task<RepositoryInfo> RepositoryAsync(CancellationToken ct)
    {
        var facts = await reader.ReadAsync(ct);
        return facts.Node?.Repository ?? throw new RunbookException(ExitCode.Failed, $"the repository does not answer: {facts.Node?.RepositoryError}")
        {
            State = "pgBackRest has taken a backup; whether the set is in the repository could not be checked",
            Next = "./build.sh Status",
        };
    }

    private async Task ArchiveWalAsync(CancellationToken ct)
    {
        var server = new ServerQuery(settings, nomad);
        try
        {
            var allocation = await server.AllocationAsync(ct);
            if (allocation is null)
                return;
            // A commit of now: recovery to a time that lies behind the last commit would find nothing to stop at.
            await server.AskAsync(allocation, "select txid_current()", ct);
            var wal = await server.AskAsync(allocation, "select pg_walfile_name(pg_switch_wal())", ct);
            if (!WalFile().IsMatch(wal))
                throw new RunbookException(ExitCode.Failed, $"it names \"{wal}\" as its WAL segment");
            var archived = await new Deadline(time, ArchiveLimit).UntilAsync(
                // What still waits is marked .ready. The archiver's own "last archived" may name the history file of a backup
                // that began segments earlier.
                async () => await server.AskAsync(
                    allocation, $"select count(*) from pg_ls_archive_statusdir() where name like '%.ready' and name collate \"C\" <= '{wal}.ready'", ct) == "0" ? "" : null, ct);
            if (archived is null)
                listener.Warn($"WAL segment {wal} was not archived within {Words.Span(ArchiveLimit)}; the restore job tries again once the server has stopped, and what stays behind stays in the kept directory");
        }
        catch (RunbookException e)
        {
            listener.Warn($"the server could not close its WAL ({e.Message}); the restore job archives what is left once it has stopped");
        }
    }

    private void OnCopyLine(string line)
    {
        if (CopyProgress.Parse(line) is { } progress)
            listener.Copied(progress);
        else if (RestoreWatch.IsSentence(line))
            listener.Note(line);
    }

    private Dictionary<string, string> Meta(params (string Key, string Value)[] pairs) =>
        pairs.Append(("operator", person)).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);

    private static RunbookException Failed(Dispatched child, string state, string next = "") =>
        new(ExitCode.Failed, $"{child.JobId.Split('/')[0]} failed: {child.Reason}")
        {
            State = state,
            Next = next.Length > 0 ? next : $"./build.sh Logs --job {child.JobId}",
        };

    [GeneratedRegex("^[0-9A-F]{24}$")]
    private static partial Regex WalFile();

    // pgBackRest names the set when it is complete, a resumed one as well.
    [GeneratedRegex(@"new backup label = (?<label>\S+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NewLabel();
}
