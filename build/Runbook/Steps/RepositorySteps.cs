namespace Runbook.Steps;

/// <summary>Lists the WAL of the repositories: a gap is seen before anything is read.</summary>
public sealed record ListArchive() : Step("look for gaps in the archived WAL");

/// <summary>Has pgBackRest read every file of a repository; takes hours where it is large.</summary>
public sealed record ReadRepository(int Number) : Step($"read every file of repository {Number}");

/// <summary>Removes backup sets, and the WAL that nothing needs any more, from a repository.</summary>
/// <param name="Number">Of the repository.</param>
/// <param name="Label">The set that goes, with what builds on it; empty where the configured retention decides.</param>
/// <param name="Sets">Labels of all that go, as the preview told them.</param>
public sealed record ExpireSets(int Number, string Label, IReadOnlyList<string> Sets)
    : Step($"remove {(Sets.Count == 0 ? "WAL" : Sets.Count == 1 ? $"backup set {Sets[0]}" : $"{Sets.Count} backup sets")} from repository {Number}");
