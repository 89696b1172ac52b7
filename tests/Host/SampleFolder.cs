using System.Diagnostics;
using Xunit;

namespace Tests.Host;

/// <summary>A folder of its own in which the sample build runs as a process.</summary>
internal sealed class SampleFolder : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public SampleFolder()
    {
        Path = Directory.CreateTempSubdirectory("host-").FullName;
        Directory.CreateDirectory(System.IO.Path.Combine(Path, ".nuke"));
    }

    public string Path { get; }

    /// <summary>The compiled sample, which lies beside the tests.</summary>
    public static string Program { get; } =
        AppContext.BaseDirectory.Replace("/Tests/", "/SampleBuild/", StringComparison.Ordinal) + "SampleBuild";

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    public string Read(string name) => File.ReadAllText(System.IO.Path.Combine(Path, name));

    public async Task<Outcome> Run(string arguments, params (string Name, string Value)[] variables)
    {
        using var run = Start(arguments, variables);
        return await run.End();
    }

    public RunningProcess Start(string arguments, params (string Name, string Value)[] variables) =>
        StartProgram(Program, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), variables);

    public RunningProcess StartProgram(
        string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables)
    {
        var info = new ProcessStartInfo(program)
        {
            WorkingDirectory = Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);

        // What this machine or this run of the tests has set must not reach the sample.
        foreach (var name in info.Environment.Keys.Where(x => x.StartsWith("NUKE_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        foreach (var (name, value) in variables)
            info.Environment[name] = value;
        return new RunningProcess(Process.Start(info)!, Deadline);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal sealed record Outcome(int ExitCode, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"exit code {ExitCode}\n--- out\n{Out}\n--- error\n{Error}";
}
