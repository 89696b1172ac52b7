namespace Host.Parameters;

/// <summary>Something wrong with how the build was called. All of them are collected and shown together.</summary>
internal sealed record Problem(string Text);

/// <summary>Where a value was given, in words that a person can act on.</summary>
internal sealed record Source(string Text)
{
    public override string ToString() => Text;
}

/// <summary>The words given for a parameter, not yet converted, and where they stand.</summary>
internal sealed record RawValue(IReadOnlyList<string> Words, Source Source);
