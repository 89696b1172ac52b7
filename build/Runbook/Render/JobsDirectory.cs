using System.Text;

namespace Runbook.Render;

/// <summary>What writing the jobs changed; names of files, in order.</summary>
/// <param name="Added">Written and new.</param>
/// <param name="Changed">Written over another text.</param>
/// <param name="Removed">Deleted: no job of these settings is called so.</param>
/// <param name="Unchanged">Left alone.</param>
public sealed record JobsChange(
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> Removed,
    IReadOnlyList<string> Unchanged)
{
    /// <summary>Whether any file is another one than before.</summary>
    public bool Any => Added.Count + Changed.Count + Removed.Count > 0;
}

/// <summary>The rendered jobs on disk.</summary>
public static class JobsDirectory
{
    private const string Pattern = "*.nomad.hcl";

    /// <summary>Makes a folder hold exactly these jobs. Files that are no jobspecs stay.</summary>
    /// <param name="path">The folder; created when it does not exist.</param>
    /// <param name="jobs">The jobs.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static JobsChange Write(string path, IReadOnlyList<RenderedJob> jobs)
    {
        Directory.CreateDirectory(path);
        var existing = Directory.GetFiles(path, Pattern).Select(file => Path.GetFileName(file)).ToHashSet();
        var added = new List<string>();
        var changed = new List<string>();
        var unchanged = new List<string>();
        foreach (var job in jobs)
        {
            var file = Path.Combine(path, job.FileName);
            var isNew = !existing.Remove(job.FileName);
            if (!isNew && File.ReadAllText(file) == job.Text)
            {
                unchanged.Add(job.FileName);
                continue;
            }

            Replace(file, job.Text);
            (isNew ? added : changed).Add(job.FileName);
        }

        foreach (var stale in existing)
            File.Delete(Path.Combine(path, stale));
        return new(Sorted(added), Sorted(changed), Sorted(existing), Sorted(unchanged));
    }

    // A run that is killed here leaves the old file or the new one, never half of one.
    private static void Replace(string file, string text)
    {
        var beside = file + ".new";
        File.WriteAllText(beside, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(beside, file, overwrite: true);
    }

    private static List<string> Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
