namespace Runbook.Settings;

/// <summary>Collects what validation finds, each with the place in the file where its setting stands.</summary>
/// <param name="locations">Where the settings stand that a file names.</param>
/// <param name="file">Where everything else is said to stand; null when nothing was read from a file.</param>
/// <param name="broken">Paths that already have an error: a second one would only blame the default in its place.</param>
internal sealed class Problems(
    IReadOnlyDictionary<string, SourceLocation> locations, SourceLocation? file, IReadOnlySet<string> broken)
{
    private readonly List<ConfigurationError> _found = [];

    public IReadOnlyList<ConfigurationError> Found => _found;

    /// <summary>Whether a setting could not be read, so that a rule must not build on its default.</summary>
    public bool IsBroken(string path) => broken.Contains(path);

    public void Add(string path, string problem)
    {
        if (!broken.Contains(path))
            _found.Add(new(path, problem, Locate(path)));
    }

    public void AddIf(bool wrong, string path, string problem)
    {
        if (wrong)
            Add(path, problem);
    }

    private SourceLocation? Locate(string path)
    {
        // A setting that is left at its default has no place; the nearest thing around it that has one is where to add it.
        for (var around = path; around.Length > 0; around = around[..Math.Max(0, around.LastIndexOfAny(['.', '[']))])
        {
            if (locations.TryGetValue(around, out var location))
                return location;
        }

        return file;
    }
}
