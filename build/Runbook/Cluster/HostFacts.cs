using System.Collections.Immutable;
using System.Globalization;
using Runbook.Node;

namespace Runbook.Cluster;

/// <summary>What the host of the data is like, as <c>doctor.sh</c> says it.</summary>
/// <param name="System">Its operating system.</param>
/// <param name="Zone">Its time zone.</param>
/// <param name="Unit">Debian's unit that starts PostgreSQL: masked, absent, enabled or disabled.</param>
/// <param name="Clock">Its clock, to the second.</param>
public sealed record HostFacts(string System, string Zone, string Unit, DateTimeOffset Clock)
{
    /// <summary>The clusters that Debian's tools know.</summary>
    public ImmutableArray<DebianCluster> Clusters { get; init; } = [];

    /// <summary>The volumes that can run full.</summary>
    public ImmutableArray<Room> Rooms { get; init; } = [];

    /// <summary>The folder of the task that was asked, where every user of the node may write to it; empty where not.</summary>
    public string OpenFolder { get; init; } = "";

    /// <summary>Who may log in to the node, beside root.</summary>
    public ImmutableArray<string> Logins { get; init; } = [];

    /// <summary>Reads the lines <c>fact host.KEY VALUE</c>; null when none was said.</summary>
    public static HostFacts? Parse(FactLines facts) => facts.Value("host.unit").Length == 0
        ? null
        : new(facts.Value("host.os"), facts.Value("host.zone"), facts.Value("host.unit"), DateTimeOffset.FromUnixTimeSeconds(facts.Number("clock")))
        {
            Clusters = [.. facts.All("host.cluster").Select(DebianCluster.Parse).OfType<DebianCluster>()],
            Rooms = [.. facts.All("host.room").Select(r => Room.Parse(r, ' ')).OfType<Room>()],
            OpenFolder = facts.Value("host.open"),
            Logins = [.. facts.Value("host.logins").Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        };
}

/// <summary>A cluster that the installation of Debian's package made, or somebody with its tools.</summary>
/// <param name="Name">Version and name, such as <c>15/main</c>.</param>
/// <param name="Port">Where it is to listen.</param>
/// <param name="Start">auto, manual or disabled: whether it comes up with the host.</param>
/// <param name="Listens">Somebody listens on that port.</param>
/// <param name="Directory">Its data.</param>
public sealed record DebianCluster(string Name, int Port, string Start, bool Listens, string Directory)
{
    /// <summary>Reads VERSION NAME PORT START LISTENS DIRECTORY; null where it is none.</summary>
    public static DebianCluster? Parse(string text) =>
        text.Split(' ', 6) is [var version, var name, var port, var start, var listens, var directory]
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new($"{version}/{name}", number, start, listens == "true", directory)
            : null;
}
