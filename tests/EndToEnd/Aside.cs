namespace Tests.EndToEnd;

/// <summary>A file or folder that is somewhere else for a while.</summary>
internal sealed class Aside : IDisposable
{
    private readonly string _path;

    public Aside(string path)
    {
        _path = path;
        Directory.Move(path, path + ".aside");
    }

    public void Dispose()
    {
        // Whoever missed a folder may have made one; what was written into it meanwhile stays beside it, not in it.
        if (Directory.Exists(_path))
            Directory.Move(_path, $"{_path}.meanwhile-{Guid.NewGuid():N}");
        Directory.Move(_path + ".aside", _path);
    }
}
