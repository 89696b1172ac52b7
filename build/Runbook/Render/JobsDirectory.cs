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

    /// <summary>This and another change.</summary>
    public JobsChange And(JobsChange other) => new(
        [.. Added, .. other.Added], [.. Changed, .. other.Changed], [.. Removed, .. other.Removed], [.. Unchanged, .. other.Unchanged]);

    /// <summary>The same, seen from the folder above.</summary>
    public JobsChange Below(string folder)
    {
        IReadOnlyList<string> In(IReadOnlyList<string> names) => [.. names.Select(name => $"{folder}/{name}")];
        return new(In(Added), In(Changed), In(Removed), In(Unchanged));
    }
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
        return Write(path, Directory.GetFiles(path, Pattern).Select(file => Path.GetFileName(file)), jobs.Select(job => (job.FileName, job.Text)));
    }

    /// <summary>The same for Terraform's root module beside them. Files of the operator, and Terraform's own, stay.</summary>
    /// <param name="path">The folder of the jobs.</param>
    /// <param name="module">The module's files; none takes the module away.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static JobsChange WriteModule(string path, IReadOnlyList<TerraformFile> module)
    {
        var folder = Path.Combine(path, TerraformModule.Folder);
        if (module.Count > 0)
            Directory.CreateDirectory(folder);
        var change = Write(
            folder, TerraformModule.FileNames.Where(name => IsRendered(Path.Combine(folder, name))), module.Select(file => (file.FileName, file.Text)));
        if (module.Count == 0 && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
        return change.Below(TerraformModule.Folder);
    }

    private static bool IsRendered(string file) => File.Exists(file) && File.ReadLines(file).FirstOrDefault() == TerraformModule.Mark;

    private static JobsChange Write(string path, IEnumerable<string> there, IEnumerable<(string Name, string Text)> files)
    {
        var existing = there.ToHashSet();
        var added = new List<string>();
        var changed = new List<string>();
        var unchanged = new List<string>();
        foreach (var (name, text) in files)
        {
            var file = Path.Combine(path, name);
            var isNew = !existing.Remove(name);
            if (!isNew && File.ReadAllText(file) == text)
            {
                unchanged.Add(name);
                continue;
            }

            Replace(file, text);
            (isNew ? added : changed).Add(name);
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
