using Runbook.Cluster;
using Runbook.Render;
using Runbook.Wal;

namespace Runbook.Steps;

/// <summary>One step of a plan: a value that says what to do; <see cref="StepExecutor"/> does it.</summary>
/// <param name="Title">What the operator reads.</param>
public abstract record Step(string Title);

/// <summary>Submits a job against the index it was planned with.</summary>
public sealed record SubmitJob(RenderedJob Job, ulong CheckIndex)
    : Step($"submit job {Job.Id}{(CheckIndex == 0 ? " (new)" : "")}");

/// <summary>Submits a job that an earlier step of the same plan has stopped: the index it has then is not known yet.</summary>
public sealed record ResubmitJob(RenderedJob Job) : Step($"submit job {Job.Id}");

/// <summary>Removes a job that the configuration no longer has.</summary>
public sealed record RemoveJob(string JobId) : Step($"remove job {JobId}, which the configuration no longer has");

/// <summary>Stops jobs and waits until none of their tasks runs any more.</summary>
public sealed record StopJobs(IReadOnlyList<string> JobIds, bool Purge, string What) : Step($"stop {What}");

/// <summary>Waits until the server takes writes.</summary>
public sealed record AwaitServer(TimeSpan Limit) : Step("wait until the server takes writes");

/// <summary>Waits until the server takes writes with its new job; goes back to an earlier one where it does not come up.</summary>
/// <param name="Limit">How long it may take.</param>
/// <param name="Before">Version of the job whose server answered before; null when none did.</param>
public sealed record FollowRollout(TimeSpan Limit, long? Before) : Step("wait until the server takes writes");

/// <summary>Hands the operator's secrets to the node.</summary>
public sealed record DeliverSecrets() : Step("deliver the secrets to the node");

/// <summary>Brings what needs no restart into force, creates databases and users, runs the initialisation script.</summary>
public sealed record InitialiseDatabases(string Fingerprint) : Step("set up databases and users");

/// <summary>Brings what needs no restart into force, and nothing else: roles and their passwords came with the data.</summary>
public sealed record ApplySettings() : Step("apply settings and pg_hba.conf");

/// <summary>Writes on the data volume that the stopped cluster of this system identifier is the runbook's from now on.</summary>
public sealed record TakeCluster(string System) : Step("record on the data volume that the runbook owns the cluster");

/// <summary>Brings what needs no restart to the data volume, where a server that does not run reads it when it starts.</summary>
public sealed record DeliverFiles() : Step("deliver settings and pg_hba.conf for the server's next start");

/// <summary>Creates the stanza and proves that WAL arrives in the repository.</summary>
public sealed record CreateStanza() : Step("create the stanza and check that WAL is archived");

/// <summary>Takes a backup and waits until its label stands in the repository.</summary>
/// <param name="Type">Full, differential or incremental.</param>
/// <param name="Repository">Number of the one that gets it; 0 for each of them.</param>
/// <param name="OneIsEnough">A repository that fails is a warning as long as another one got it: the cluster is protected.</param>
public sealed record TakeBackup(BackupType Type, int Repository = 0, bool OneIsEnough = false)
    : Step($"take {(Type == BackupType.Incr ? "an" : "a")} {ClusterWords.Of(Type)} backup{(Repository == 0 ? "" : $" in repository {Repository}")}");

/// <summary>Closes the current WAL segment and waits until it is archived.</summary>
public sealed record ArchiveWal() : Step("archive the remaining WAL");

/// <summary>Runs the restore job up to where its strategy ends: swapped in, or ready to be switched to, or paused.</summary>
/// <param name="Order">What to restore, and how.</param>
/// <param name="Accepted">Accept was said: it does not stop at the target any more.</param>
public sealed record RunRestore(RestoreOrder Order, bool Accepted = false) : Step(TitleOf(Order, Accepted))
{
    private static string TitleOf(RestoreOrder order, bool accepted)
    {
        var what = order.Source == RestoreOrder.Repository ? $"restore set {order.Set}" : $"put back kept directory {order.Source}:";
        var pauses = order.Pause && !accepted;
        return order.Strategy switch
        {
            RestoreStrategy.Online => $"{what} to a copy while the server runs{(pauses ? ", and pause at the target" : "")}",
            RestoreStrategy.InPlace => $"{what} over the live directory (cannot be undone)",
            _ when order.Source != RestoreOrder.Repository => $"{what} recover it to a copy, then swap",
            _ => $"{what} to a copy, then {(pauses ? "pause at the target" : "swap")}",
        };
    }
}

/// <summary>Waits for a restore job that still runs although the run that had started it has ended.</summary>
public sealed record FollowRestore(RestoreOrder Order, string JobId, bool Accepted = false)
    : Step($"follow restore {Order.Id} of {(Order.Source == RestoreOrder.Repository ? "set " : "")}{Order.Set}, which still runs on the node");

/// <summary>Lets a paused restore go on.</summary>
public sealed record AcceptRestore(string Id) : Step($"accept restore {Id}");

/// <summary>Gives up a restore that has not replaced the live directory.</summary>
public sealed record CancelRestore(string Id) : Step($"cancel restore {Id}: the live directory stays as it was");

/// <summary>Removes a directory that a restore set aside.</summary>
public sealed record DiscardKept(string Id) : Step($"remove kept directory {Id}");

/// <summary>Ends a restore: what the data volume knows of it becomes history.</summary>
public sealed record FinishRestore(string Id) : Step($"finish restore {Id}");

/// <summary>Writes on the data volume that the schedules are paused: from then on none of them takes a backup.</summary>
public sealed record RecordPause(SchedulePause Pause) : Step("record the pause on the data volume");

/// <summary>Stops periodic jobs; a run of theirs that is at work goes on to its end.</summary>
public sealed record HoldSchedules(IReadOnlyList<string> JobIds) : Step($"stop {string.Join(", ", JobIds)}; running jobs continue");

/// <summary>Takes the pause off the data volume.</summary>
public sealed record EndPause() : Step("remove the pause from the data volume");

/// <summary>What to do, in order; and what to say before.</summary>
/// <param name="Procedure">Deploy, Restore ...</param>
/// <param name="Steps">Empty when nothing is to be done.</param>
/// <param name="Notes">What the operator should know before the first step.</param>
public sealed record ProcedurePlan(string Procedure, IReadOnlyList<Step> Steps, IReadOnlyList<string> Notes);
