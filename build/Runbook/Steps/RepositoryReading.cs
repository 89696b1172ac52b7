using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Has pgBackRest read a repository, in a child of the operations job, and tells what it finds as it goes.</summary>
public sealed class RepositoryReading(ClusterSettings settings, Dispatcher dispatcher, string person, IRunListener listener)
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(24);

    /// <summary>Reads all files of one repository.</summary>
    /// <param name="repository">Its number.</param>
    /// <param name="bytes">About as many as it holds; 0 when that is not known.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>What it found, and why it did not come to its end; the latter is empty when it did.</returns>
    public async Task<(VerifyVerdict Read, string Failure)> ReadAsync(int repository, long bytes, CancellationToken ct)
    {
        var read = 0L;
        void OnLine(string line)
        {
            // Workers that have ended are not counted any more.
            if (ReadProgress.Parse(line, bytes) is { } progress && progress.Bytes >= read)
            {
                read = progress.Bytes;
                listener.Read(progress);
            }
            else if (FaultyFile.Parse(line) is { } faulty)
                listener.Warn($"{faulty.Path}: {faulty.Reason}");
        }
        var meta = new Dictionary<string, string>(StringComparer.Ordinal) { ["operation"] = "verify", ["argument"] = $"{repository}", ["operator"] = person };
        var child = await dispatcher.RunAsync(settings.Pgbackrest.JobName, meta, Limit, OnLine, whileRunning: null, ct);
        // The warnings stand apart from the rest.
        return (VerifyVerdict.Parse($"{child.Error}\n{child.Output}"), child.Allocation.Succeeded ? "" : child.Reason);
    }
}
