using Host.Parameters;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Host.Schema;

/// <summary>Keeps <c>.nuke/build.schema.json</c> as the build would have it, and writes it only when it differs.</summary>
internal static class SchemaFile
{
    public static void Update(
        AbsolutePath root, IEnumerable<ExecutableTarget> targets, IEnumerable<ParameterDeclaration> parameters)
    {
        var file = root / ".nuke" / "build.schema.json";
        var stamp = root / ".nuke" / "temp" / "build.schema.stamp";
        try
        {
            // Only a new compilation or an edit of the file can make the two differ: no need to render it each time.
            if (stamp.FileExists() && stamp.ReadAllText() == State(file))
                return;
            var text = BuildSchema.Render(targets, parameters);
            if (!file.FileExists() || file.ReadAllText() != text)
                Replace(file, text);
            (root / ".nuke" / "temp").CreateDirectory();
            Replace(stamp, State(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An editor's help is worth no failed run: the checkout may be read-only on purpose.
        }
    }

    private static string State(AbsolutePath file)
    {
        var build = new FileInfo(Environment.ProcessPath ?? "");
        var assembly = System.Reflection.Assembly.GetEntryAssembly()?.Location is { Length: > 0 } path ? new FileInfo(path) : build;
        var schema = new FileInfo(file);
        return schema.Exists
            ? $"{assembly.FullName} {assembly.LastWriteTimeUtc.Ticks} {schema.LastWriteTimeUtc.Ticks} {schema.Length}"
            : "";
    }

    // Written beside and renamed: two runs at once must not leave half a file.
    private static void Replace(AbsolutePath file, string text)
    {
        var temporary = file + $".{Environment.ProcessId}";
        File.WriteAllText(temporary, text);
        File.Move(temporary, file, overwrite: true);
    }
}
