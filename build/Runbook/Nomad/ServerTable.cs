using System.Collections.Immutable;

namespace Runbook.Nomad;

/// <summary>Reads the table that <c>nomad server members</c> prints; JSON of it came with 1.8.</summary>
public static class ServerTable
{
    /// <summary>The servers in it, of every region that the agent knows.</summary>
    public static ImmutableArray<NomadServer> Parse(string text)
    {
        var lines = text.Split('\n').SkipWhile(l => !l.StartsWith("Name ", StringComparison.Ordinal)).ToList();
        return lines.Count == 0
            ? []
            :
            [
                .. lines.Skip(1).TakeWhile(l => l.Length > 0).Select(l => new NomadServer(
                    CliTable.Cell(l, lines[0], "Name"), CliTable.Cell(l, lines[0], "Region"),
                    CliTable.Cell(l, lines[0], "Status") == "alive", NomadVersion.Parse(CliTable.Cell(l, lines[0], "Build")))),
            ];
    }
}
