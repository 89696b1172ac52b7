namespace LocalNomad.Jobspec;

/// <summary>A piece of a template that was understood.</summary>
internal abstract record TemplatePart;

internal sealed record LiteralPart(string Text) : TemplatePart;

/// <summary><c>{{ env "NAME" }}</c></summary>
internal sealed record EnvironmentPart(string Name) : TemplatePart;

/// <summary><c>{{ with nomadVar "PATH" }} ... {{ end }}</c></summary>
internal sealed record VariablePart(string Path, IReadOnlyList<TemplatePart> Inside) : TemplatePart;

/// <summary><c>{{ .KEY }}</c> inside of it.</summary>
internal sealed record ItemPart(string Key) : TemplatePart;
