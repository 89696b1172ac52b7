using CliWrap;

namespace Sandbox;

/// <summary>The Debian packages that a cluster on this machine, or its tests, need.</summary>
public static class HostPackages
{
    private const string Apt = "/usr/bin/apt-get";

    // Debian's package creates and starts a cluster of its own on port 5432. This drop-in, there before the package is,
    // keeps it from doing so; removed again, it does not change what the next administrator gets.
    private const string DropInFolder = "/etc/postgresql-common/createcluster.d";
    private const string DropIn = DropInFolder + "/postgresql-on-nomad.conf";
    private const string Postgres = "postgresql";

    /// <summary>What a cluster needs.</summary>
    public static IReadOnlyList<HostPackage> Cluster { get; } =
    [
        new(Postgres, () => InstalledPostgres() is not null),
        HostPackage.Of("pgbackrest", "/usr/bin/pgbackrest"),
        HostPackage.Of("tini", "/usr/bin/tini"),
    ];

    /// <summary>What tests with an object storage need: Ceph's S3 server and the storage below it.</summary>
    public static IReadOnlyList<HostPackage> S3Server { get; } =
    [
        HostPackage.Of("radosgw", "/usr/bin/radosgw"),
        HostPackage.Of("ceph-mon", "/usr/bin/ceph-mon"),
        HostPackage.Of("ceph-osd", "/usr/bin/ceph-osd"),
    ];

    /// <summary>What tests can use.</summary>
    public static IReadOnlyList<HostPackage> Tests { get; } = [.. S3Server, HostPackage.Of("shellcheck", "/usr/bin/shellcheck")];

    /// <summary>Major version of the newest installed server; null when none is.</summary>
    public static int? InstalledPostgres() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Where(d => File.Exists(Path.Combine(d, "bin", "postgres")))
                .Select(d => int.TryParse(Path.GetFileName(d), out var major) ? major : (int?)null)
                .Max()
            : null;

    /// <summary>Names of those that are not there.</summary>
    public static IReadOnlyList<string> Missing(IEnumerable<HostPackage> packages) => [.. packages.Where(p => !p.IsThere()).Select(p => p.Name)];

    /// <summary>Installs what a cluster needs and is missing, where that is allowed.</summary>
    /// <param name="say">Told what is being done.</param>
    /// <param name="ct">Ends the installation.</param>
    /// <exception cref="SandboxException">Not root, or no Debian or Ubuntu; names the one command to type.</exception>
    public static Task EnsureAsync(Action<string> say, CancellationToken ct) => EnsureAsync([], say, ct);

    /// <summary>The same, and what tests can use: without that they are skipped.</summary>
    /// <param name="wanted">Installed too where that is allowed, with none of their services started; otherwise only spoken of.</param>
    /// <param name="say">Told what is being done, and what is not there.</param>
    /// <param name="ct">Ends the installation.</param>
    /// <exception cref="SandboxException">Not root, or no Debian or Ubuntu, and a cluster cannot be had; or apt-get failed.</exception>
    public static async Task EnsureAsync(IReadOnlyList<HostPackage> wanted, Action<string> say, CancellationToken ct)
    {
        var needed = Missing(Cluster);
        var extra = Missing(wanted);
        var mayInstall = Environment.IsPrivilegedProcess && File.Exists(Apt);
        if (needed.Count > 0 && !mayInstall)
            throw new SandboxException(NotInstalled(needed), InstallCommand(needed));
        if (extra.Count > 0 && !mayInstall)
            say($"{NotInstalled(extra)}, so tests are skipped; to have them: {InstallCommand(extra)}");
        if ((needed.Count == 0 && extra.Count == 0) || !mayInstall)
            return;

        using (extra.Count > 0 ? new ServiceHold("/") : null)
            await InstallAsync([.. needed, .. extra], say, ct);
        if (Missing([.. Cluster, .. wanted]) is { Count: > 0 } still)
            throw new SandboxException($"apt-get ended well but {string.Join(", ", still)} is not there", InstallCommand(still));
    }

    /// <summary>What is missing, as words.</summary>
    public static string NotInstalled(IReadOnlyList<string> packages) =>
        $"{string.Join(", ", packages)} {(packages.Count == 1 ? "is" : "are")} not installed";

    /// <summary>The one command that an administrator types.</summary>
    public static string InstallCommand(IReadOnlyList<string> packages)
    {
        var install = $"apt-get update && apt-get install -y --no-install-recommends {string.Join(' ', packages)}";
        return packages.Contains(Postgres)
            ? $"sudo sh -c 'mkdir -p {DropInFolder} && echo create_main_cluster = false > {DropIn} && {install}; rm -f {DropIn}'"
            : $"sudo sh -c '{install}'";
    }

    private static async Task InstallAsync(IReadOnlyList<string> packages, Action<string> say, CancellationToken ct)
    {
        say($"installing {string.Join(", ", packages)} with apt-get");
        var had = File.Exists(DropIn);
        Directory.CreateDirectory(DropInFolder);
        await File.WriteAllTextAsync(DropIn, "create_main_cluster = false\n", ct);
        try
        {
            await AptAsync(["update"], ct);
            await AptAsync(["install", "-y", "--no-install-recommends", .. packages], ct);
        }
        finally
        {
            if (!had)
                File.Delete(DropIn);
        }
    }

    private static async Task AptAsync(string[] arguments, CancellationToken ct)
    {
        var error = new System.Text.StringBuilder();
        var result = await Cli.Wrap(Apt)
            .WithArguments(arguments)
            .WithEnvironmentVariables(e => e.Set("DEBIAN_FRONTEND", "noninteractive"))
            // Read and thrown away: apt takes a reader that closes the pipe for a failure of its own.
            .WithStandardOutputPipe(PipeTarget.ToStream(Stream.Null))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(ct);
        if (result.ExitCode != 0)
            throw new SandboxException($"apt-get {arguments[0]} ended with {result.ExitCode}: {string.Join("; ", error.ToString().Split('\n').Where(l => l.StartsWith("E:", StringComparison.Ordinal)).Distinct().Take(3))}", "fix apt-get, then run the same command");
    }
}
