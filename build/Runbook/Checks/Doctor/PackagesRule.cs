using System.Globalization;

namespace Runbook.Checks;

/// <summary>Whether PostgreSQL and pgBackRest are installed on the node, in versions that were tried. Pure.</summary>
public static class PackagesRule
{
    private const int OldestServer = 13;
    private const int NewestServer = 18;
    private static readonly Version OldestPgbackrest = new(2, 45);
    private const string Place = "host";

    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        if (look.Node is not { } node)
            yield break;
        var wanted = look.Settings.Postgres.Version;
        var major = int.TryParse(node.PostgresVersion.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        yield return major switch
        {
            0 => new Diagnosis(DoctorState.Fail, Place, "postgresql", $"PostgreSQL {wanted} is not installed on {node.Node}") { Remedy = $"apt-get install --no-install-recommends postgresql-{wanted}" },
            _ when major != wanted => new Diagnosis(DoctorState.Fail, Place, "postgresql", $"{node.PostgresVersion} in {look.Settings.Postgres.BinDirectory}") { Needed = $"{wanted}", Remedy = "set postgres.version or postgres.binDirectory" },
            < OldestServer or > NewestServer => new Diagnosis(DoctorState.Warn, Place, "postgresql", $"{node.PostgresVersion}") { Needed = $"{OldestServer} to {NewestServer}" },
            _ => new Diagnosis(DoctorState.Ok, Place, "postgresql", node.PostgresVersion),
        };
        if (look.Settings.HasBackups)
            yield return Version.TryParse(node.PgbackrestVersion, out var version)
                ? version >= OldestPgbackrest && version.Major == OldestPgbackrest.Major
                    ? new Diagnosis(DoctorState.Ok, Place, "pgbackrest", node.PgbackrestVersion)
                    : new Diagnosis(DoctorState.Warn, Place, "pgbackrest", node.PgbackrestVersion) { Needed = $"{OldestPgbackrest} to 2.x", Remedy = "install a version that was tried" }
                : new Diagnosis(DoctorState.Fail, Place, "pgbackrest", $"is not installed on {node.Node}") { Remedy = "apt-get install --no-install-recommends pgbackrest" };
        // Every task is started by it.
        yield return new Diagnosis(DoctorState.Ok, Place, "tini", "starts the tasks");
    }
}
