using System.Diagnostics;
using Shouldly;
using Tests.Settings;

namespace Tests.EndToEnd.FirstHour;

/// <summary>What a clone of this repository would have, in an empty folder, and a shell in it with nothing of ours in its environment.</summary>
internal sealed class FreshClone
{
    // What a login has, and no more.
    private static readonly string[] Login = ["HOME", "LANG", "USER", "DOTNET_ROOT"];

    private readonly string _path;
    private readonly string _searched;

    private FreshClone(string path, string searched) => (_path, _searched) = (path, searched);

    /// <summary>Copies what git knows of, with what is not committed yet.</summary>
    /// <param name="path">The folder; made.</param>
    /// <param name="searched">Its PATH.</param>
    public static async Task<FreshClone> MakeAsync(string path, string searched)
    {
        Directory.CreateDirectory(path, (UnixFileMode)0x1ED);
        const string Copy = "git -C \"$1\" ls-files -z --cached --others --exclude-standard | (cd \"$1\" && xargs -0 sh -c 'for f; do [ ! -e \"$f\" ] || printf \"%s\\0\" \"$f\"; done' sh) | tar -C \"$1\" --null -T - -cf - | tar -C \"$2\" -xf -";
        using var copy = new RunningBuild(new ProcessStartInfo("/bin/bash", ["-o", "pipefail", "-c", Copy, "bash", Repository.Root, path]));
        var copied = await copy.End();
        copied.ExitCode.ShouldBe(0, copied.ToString());
        return new FreshClone(path, searched);
    }

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_path, file), text);

    /// <summary>Types a line and expects an exit code.</summary>
    public async Task<Outcome> TypeAsync(string line, int expected = 0)
    {
        var outcome = await TryAsync(line);
        outcome.ExitCode.ShouldBe(expected, outcome.ToString());
        return outcome;
    }

    /// <summary>Types a line.</summary>
    public async Task<Outcome> TryAsync(string line)
    {
        var info = new ProcessStartInfo("/bin/bash", ["-c", line]) { WorkingDirectory = _path };
        info.Environment.Clear();
        foreach (var name in Login.Where(n => Environment.GetEnvironmentVariable(n) is not null))
            info.Environment[name] = Environment.GetEnvironmentVariable(name);
        info.Environment["PATH"] = _searched;
        using var run = new RunningBuild(info) { Limit = TimeSpan.FromMinutes(6) };
        return await run.End();
    }
}
