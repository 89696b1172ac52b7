namespace LocalNomad.Model;

/// <summary>A Nomad variable: named values at a path, for tasks to read in templates. Its items are secrets; they lie in the journal
/// as they are, not encrypted as by a real server, and the journal is its owner's alone.</summary>
internal sealed record Variable
{
    public string Namespace { get; init; } = "default";
    public required string Path { get; init; }
    public long CreateIndex { get; init; }
    public long ModifyIndex { get; init; }
    public long CreateTime { get; init; }
    public long ModifyTime { get; init; }
    public IReadOnlyDictionary<string, string> Items { get; init; } = new Dictionary<string, string>();
}
