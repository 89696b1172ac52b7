namespace LocalNomad.Hcl;

/// <summary>The inside of a file or of a block, in source order.</summary>
internal sealed record HclBody(
    IReadOnlyList<HclAttribute> Attributes, IReadOnlyList<HclBlock> Blocks, HclPosition Position);

internal sealed record HclAttribute(string Name, HclValue Value, HclPosition Position);

internal sealed record HclBlock(string Type, IReadOnlyList<string> Labels, HclBody Body, HclPosition Position);

internal abstract record HclValue(HclPosition Position);

/// <summary>
/// Text after the language's own escapes. What stands as <c>${...}</c> in it is meant for the node that runs the
/// task and is kept as it is.
/// </summary>
internal sealed record HclString(string Text, HclPosition Position) : HclValue(Position);

internal sealed record HclNumber(decimal Number, HclPosition Position) : HclValue(Position);

internal sealed record HclBool(bool Value, HclPosition Position) : HclValue(Position);

internal sealed record HclNull(HclPosition Position) : HclValue(Position);

internal sealed record HclList(IReadOnlyList<HclValue> Items, HclPosition Position) : HclValue(Position);

internal sealed record HclObject(IReadOnlyList<HclObjectItem> Items, HclPosition Position) : HclValue(Position);

internal sealed record HclObjectItem(string Key, HclValue Value, HclPosition Position);
