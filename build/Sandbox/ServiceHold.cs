namespace Sandbox;

/// <summary>
/// While it lives, packages that are being installed start no service of their own, and afterwards none of those services is
/// enabled for the next boot. What was there before is started and enabled as ever.
/// </summary>
public sealed class ServiceHold : IDisposable
{
    // Installed for the cluster and not for tests alone, perhaps in the same call: its service is left as the package wants it.
    private const string Stays = "postgresql";

    private readonly string _policy;
    private readonly string _enabled;
    private readonly bool _ours;
    private readonly HashSet<string> _links;

    /// <summary>Begins.</summary>
    /// <param name="root">Root of the file system.</param>
    public ServiceHold(string root)
    {
        // What Debian's tools ask before they start or stop anything: invoke-rc.d(8), deb-systemd-invoke(1).
        _policy = Path.Combine(root, "usr/sbin/policy-rc.d");
        _enabled = Path.Combine(root, "etc/systemd/system");
        _links = [.. EnabledLinks()];
        // One that is there is the administrator's word.
        _ours = !File.Exists(_policy);
        if (!_ours)
            return;
        string[] folders = ["usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system", "etc/init.d"];
        var known = folders.Select(f => Path.Combine(root, f)).Where(Directory.Exists)
            .SelectMany(Directory.GetFileSystemEntries).Select(f => $"'{Path.GetFileName(f)}'").Distinct(StringComparer.Ordinal);
        // Left behind by a kill, it would say yes to everything.
        File.WriteAllText(_policy, $"""
            #!/bin/sh
            # For the time of an installation by process {Environment.ProcessId}: nothing that it brings is started.
            [ -d /proc/{Environment.ProcessId} ] || exit 0
            unit=$1
            case $unit in *@*.*) unit=${"{"}unit%%@*{"}"}@.${"{"}unit##*.{"}"} ;; esac
            case $unit in {string.Join('|', known.Append("''"))}) exit 0 ;; esac
            exit 101

            """);
        File.SetUnixFileMode(_policy, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    /// <summary>Takes everything back but the packages.</summary>
    public void Dispose()
    {
        // Debian's tools take a link that is gone for the administrator's wish, and do not lay it again at an upgrade.
        foreach (var link in EnabledLinks().Except(_links).Where(l => !Path.GetFileName(l).StartsWith(Stays, StringComparison.Ordinal)))
            File.Delete(link);
        if (_ours)
            File.Delete(_policy);
    }

    // Links to nothing mask a unit: they start it less, not more.
    private IEnumerable<string> EnabledLinks() => !Directory.Exists(_enabled) ? [] :
        Directory.EnumerateFileSystemEntries(_enabled, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(f => new FileInfo(f).LinkTarget is { } target && target != "/dev/null");
}
