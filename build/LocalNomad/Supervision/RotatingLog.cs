namespace LocalNomad.Supervision;

/// <summary>Appends to numbered files, each up to a size; of these the newest few are kept.</summary>
internal sealed class RotatingLog : IDisposable
{
    private readonly string _prefix;
    private readonly int _maxFiles;
    private readonly long _maxBytes;
    private int _number;
    private FileStream _file;

    public RotatingLog(string prefix, int maxFiles, long maxBytes)
    {
        (_prefix, _maxFiles, _maxBytes) = (prefix, maxFiles, maxBytes);
        // A restarted task goes on where its log ended.
        _number = Files(prefix).Select(file => file.Number).DefaultIfEmpty(0).Max();
        _file = Open();
    }

    /// <summary>The files of a log, oldest first.</summary>
    public static IReadOnlyList<(int Number, string Path)> Files(string prefix)
    {
        var directory = Path.GetDirectoryName(prefix)!;
        return !Directory.Exists(directory)
            ? []
            : [.. Directory.EnumerateFiles(directory, Path.GetFileName(prefix) + ".*")
                .Select(path => (Number: int.TryParse(path.AsSpan(prefix.Length + 1), out var number) ? number : -1, path))
                .Where(file => file.Number >= 0)
                .OrderBy(file => file.Number)];
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_file.Length > 0 && _file.Length + bytes.Length > _maxBytes)
            Rotate();
        _file.Write(bytes);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private void Rotate()
    {
        _file.Dispose();
        _number++;
        _file = Open();
        foreach (var (number, path) in Files(_prefix))
        {
            if (number <= _number - _maxFiles)
                File.Delete(path);
        }
    }

    private FileStream Open() => new($"{_prefix}.{_number}", FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
