namespace LocalNomad.Hcl;

/// <summary>A place in a source file; line and column count from 1.</summary>
internal readonly record struct HclPosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line},{Column}";
}

/// <summary>A source text that cannot be understood, with the place where.</summary>
internal sealed class HclException(HclPosition position, string summary, string detail)
    : Exception($"{position}: {summary}; {detail}")
{
    public HclPosition Position { get; } = position;
}
