using System.Collections.Immutable;
using System.Globalization;
using Runbook.Nomad;

namespace Runbook.Cluster;

/// <summary>Who holds a cluster, as it stands in the meta of the lock job: for people to read and for machines to compare.</summary>
/// <param name="Holder">user@host.</param>
/// <param name="Process">Process id and its start time in clock ticks, so that a reused id is told apart.</param>
/// <param name="Boot">Boot id of the host: a process of an earlier boot is gone.</param>
/// <param name="Target">What is being done.</param>
/// <param name="Since">When the cluster was taken.</param>
/// <param name="Run">Id of the run.</param>
/// <param name="Renewed">When the holder was last heard of.</param>
public sealed record LockHolder(
    string Holder, string Process, string Boot, string Target, DateTimeOffset Since, string Run, DateTimeOffset Renewed)
{
    /// <summary>The meta of the lock job.</summary>
    public IReadOnlyDictionary<string, string> ToMeta() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["holder"] = Holder,
        ["process"] = Process,
        ["boot"] = Boot,
        ["target"] = Target,
        ["since"] = Since.ToString("O", CultureInfo.InvariantCulture),
        ["run"] = Run,
        ["renewed"] = Renewed.ToString("O", CultureInfo.InvariantCulture),
    };

    /// <summary>Reads it back; fields that are missing read as empty or as the beginning of time.</summary>
    public static LockHolder From(NomadJob job) => new(
        Text(job.Meta, "holder"), Text(job.Meta, "process"), Text(job.Meta, "boot"), Text(job.Meta, "target"),
        Moment(job.Meta, "since"), Text(job.Meta, "run"), Moment(job.Meta, "renewed"));

    private static string Text(ImmutableDictionary<string, string> meta, string key) => meta.GetValueOrDefault(key, "");

    private static DateTimeOffset Moment(ImmutableDictionary<string, string> meta, string key) =>
        DateTimeOffset.TryParse(Text(meta, key), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : default;
}
