using Shouldly;
using Tests.Settings;

namespace Tests.EndToEnd.FirstHour;

/// <summary>A section of README: its blocks, and the lines in them that are typed.</summary>
internal sealed record Instructions(IReadOnlyList<string> Blocks)
{
    private const int Indent = 7;

    /// <summary>Lines that begin with <c>$</c>, in their order.</summary>
    public IReadOnlyList<string> Typed =>
        [.. Blocks.SelectMany(b => b.Split('\n')).Where(l => l.StartsWith("$ ", StringComparison.Ordinal)).Select(l => l[2..].Split("  #")[0].Trim())];

    /// <summary>Reads it.</summary>
    public static async Task<Instructions> ReadAsync(string heading)
    {
        var readme = await File.ReadAllTextAsync(Repository.PathOf("README.md"), Wait.Token);
        var section = readme.Split($"\n## {heading}\n").ElementAtOrDefault(1).ShouldNotBeNull($"README has no section {heading}").Split("\n## ")[0];
        // A block of a list's item is indented below the item's own text.
        var blocks = new List<string>();
        var lines = new List<string>();
        foreach (var line in section.Split('\n').Append("end"))
        {
            if (line.StartsWith(new string(' ', Indent), StringComparison.Ordinal))
                lines.Add(line[Indent..]);
            else if (line.Length > 0 && lines.Count > 0)
            {
                blocks.Add(string.Join('\n', lines));
                lines.Clear();
            }
        }
        return new Instructions(blocks);
    }

    /// <summary>The first block that begins with this.</summary>
    public string Block(string start) => Blocks.FirstOrDefault(b => b.StartsWith(start, StringComparison.Ordinal)).ShouldNotBeNull($"README shows no block that begins with {start}");
}
