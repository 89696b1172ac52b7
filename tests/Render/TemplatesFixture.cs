using Tests.Settings;

namespace Tests.Render;

/// <summary>The real templates with scripts of one line: what a job looks like does not depend on what its scripts do.</summary>
public sealed class TemplatesFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runbook-templates-");

    public TemplatesFixture()
    {
        var source = Repository.PathOf("templates");
        foreach (var file in Directory.GetFiles(source, "*.sbn", SearchOption.AllDirectories))
            Write(Path.GetRelativePath(source, file), File.ReadAllText(file));
        foreach (var script in Directory.GetFiles(Path.Combine(source, "scripts"), "*.sh"))
            Write($"scripts/{Path.GetFileName(script)}", "#!/bin/bash\necho \"${PGN_DATA} 100%\"\n");
    }

    public string Root => _folder.FullName;

    public void Write(string file, string text)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
