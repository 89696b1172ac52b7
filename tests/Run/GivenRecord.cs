using Runbook.Run;
using Tests.Cluster;

namespace Tests.Run;

/// <summary>A run as it began.</summary>
internal static class GivenRecord
{
    public static RunRecord Begun { get; } = new()
    {
        Id = "0123456789abcdef0123456789abcdef", Target = "Restore", Arguments = ["--recovery-target latest"], Profile = "production", Cluster = "postgres",
        By = "ann@desk", StartedAt = Given.Noon, Process = "1:1", Boot = "another", Commit = "c0ffee", Versions = new Dictionary<string, string> { [".net"] = "10.0" },
    };
}
