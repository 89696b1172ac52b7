using System.Globalization;
using System.Text.Json;

namespace Runbook.Run;

/// <summary>The records of runs in a folder of this machine: one JSON file each, the last ones are kept.</summary>
/// <param name="folder">Made when it is missing.</param>
public sealed class RunFiles(string folder)
{
    /// <summary>As many are kept.</summary>
    public const int Kept = 200;

    private const UnixFileMode RecordMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode FolderMode = RecordMode | UnixFileMode.UserExecute;

    /// <summary>Writes a record that has none yet.</summary>
    /// <returns>Its file, to write it anew.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public string Begin(RunRecord record)
    {
        MakeFolder();
        foreach (var old in Files().SkipLast(Kept - 1))
            File.Delete(old);
        var name = $"{record.StartedAt.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{record.Target}";
        for (var n = 1; ; n++)
        {
            var path = Path.Combine(folder, n == 1 ? $"{name}.json" : $"{name}-{n}.json");
            try
            {
                Write(path, record, overwrite: false);
                return path;
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another run of the same target began in the same second.
            }
        }
    }

    /// <summary>Writes a record anew; whoever reads meanwhile finds the one or the other, whole.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, RunRecord record) => Write(path, record, overwrite: true);

    /// <summary>The records that can be read, oldest first, each with its file.</summary>
    public IReadOnlyList<(string Path, RunRecord Record)> Read() =>
        [.. Files().Select(f => (f, Record: Read(f))).Where(r => r.Record is not null).Select(r => (r.f, r.Record!))];

    private static void Write(string path, RunRecord record, bool overwrite)
    {
        var part = $"{path}.{record.Id}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            // Plans and errors tell more than other users of this machine need to know.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = RecordMode;
            using (var file = new StreamWriter(part, options))
                file.Write(JsonSerializer.Serialize(record, RunRecordJson.Default.RunRecord) + "\n");
            File.Move(part, path, overwrite);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // The folders above it are everybody's.
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        Directory.CreateDirectory(folder, FolderMode);
        // One that an earlier version made is open to all.
        if (File.GetUnixFileMode(folder) != FolderMode)
            File.SetUnixFileMode(folder, FolderMode);
    }

    private static RunRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), RunRecordJson.Default.RunRecord);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private IEnumerable<string> Files() =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal) : [];
}
