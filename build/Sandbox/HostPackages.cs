using CliWrap;

namespace Sandbox;

/// <summary>The Debian packages that a cluster on this machine needs.</summary>
public static class HostPackages
{
    // Debian's package creates and starts a cluster of its own on port 5432. This drop-in, there before the package is,
    // keeps it from doing so; removed again, it does not change what the next administrator gets.
    private const string DropInFolder = "/etc/postgresql-common/createcluster.d";
    private const string DropIn = DropInFolder + "/postgresql-on-nomad.conf";

    /// <summary>Major version of the newest installed server; null when none is.</summary>
    public static int? InstalledPostgres() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Where(d => File.Exists(Path.Combine(d, "bin", "postgres")))
                .Select(d => int.TryParse(Path.GetFileName(d), out var major) ? major : (int?)null)
                .Max()
            : null;

    /// <summary>Names of the packages that are not there.</summary>
    public static IReadOnlyList<string> Missing()
    {
        var missing = new List<string>();
        if (InstalledPostgres() is null)
            missing.Add("postgresql");
        if (!File.Exists("/usr/bin/pgbackrest"))
            missing.Add("pgbackrest");
        if (!File.Exists("/usr/bin/tini"))
            missing.Add("tini");
        return missing;
    }

    /// <summary>Installs what is missing where that is allowed.</summary>
    /// <param name="say">Told what is being done.</param>
    /// <param name="ct">Ends the installation.</param>
    /// <exception cref="SandboxException">Not root, or no Debian or Ubuntu; names the one command to type.</exception>
    public static async Task EnsureAsync(Action<string> say, CancellationToken ct)
    {
        var missing = Missing();
        if (missing.Count == 0)
            return;
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            throw new SandboxException($"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not installed", InstallCommand(missing));

        say($"installing {string.Join(", ", missing)} with apt-get");
        var had = File.Exists(DropIn);
        Directory.CreateDirectory(DropInFolder);
        await File.WriteAllTextAsync(DropIn, "create_main_cluster = false\n", ct);
        try
        {
            await AptAsync(["update"], ct);
            await AptAsync(["install", "-y", "--no-install-recommends", .. missing], ct);
        }
        finally
        {
            if (!had)
                File.Delete(DropIn);
        }
        if (Missing() is { Count: > 0 } still)
            throw new SandboxException($"apt-get ended well but {string.Join(", ", still)} is not there", InstallCommand(still));
    }

    /// <summary>The one command that an administrator types.</summary>
    public static string InstallCommand(IEnumerable<string> packages) =>
        $"sudo sh -c 'mkdir -p {DropInFolder} && echo create_main_cluster = false > {DropIn} && apt-get update && apt-get install -y --no-install-recommends {string.Join(' ', packages)}; rm -f {DropIn}'";

    private static async Task AptAsync(string[] arguments, CancellationToken ct)
    {
        var error = new System.Text.StringBuilder();
        var result = await Cli.Wrap("/usr/bin/apt-get")
            .WithArguments(arguments)
            .WithEnvironmentVariables(e => e.Set("DEBIAN_FRONTEND", "noninteractive"))
            // Read and thrown away: apt takes a reader that closes the pipe for a failure of its own.
            .WithStandardOutputPipe(PipeTarget.ToStream(Stream.Null))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(ct);
        if (result.ExitCode != 0)
            throw new SandboxException($"apt-get {arguments[0]} ended with {result.ExitCode}: {string.Join("; ", error.ToString().Split('\n').Where(l => l.StartsWith("E:", StringComparison.Ordinal)).Distinct().Take(3))}", "mend apt-get, then run the same command");
    }
}
