using System.Collections;
using Host.Masking;
using Host.Signals;
using Nuke.Common;
using Nuke.Common.IO;

namespace Host.Run;

/// <summary>Runs a build as the work of this process: the only place that touches the console and signals.</summary>
internal static class BuildProcess
{
    public static int Run<T>(IReadOnlyList<Func<T, Target>> defaultTargets)
        where T : NukeBuild, new()
    {
        // Before the build is created: whoever takes hold of the console's writers in a constructor gets masked ones.
        var masks = new SecretMasks();
        var inWorkflow = Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true";
        using var output = new MaskingWriter(new LossyStream(Console.OpenStandardOutput()), masks, inWorkflow);
        using var error = new MaskingWriter(new LossyStream(Console.OpenStandardError()), masks, inWorkflow);
        Console.SetOut(output);
        Console.SetError(error);
        var context = new HostContext
        {
            Arguments = Environment.GetCommandLineArgs()[1..],
            Variables = ReadVariables(),
            WorkingDirectory = AbsolutePath.Create(Environment.CurrentDirectory),
            Root = RootDirectories.OfThisProcess,
            Out = Console.Out,
            Error = Console.Error,
            Width = TerminalWidth(),
            UseColour = UsesColour(),
        };

        // The root is this build's alone: a build of another checkout, started from here, has its own.
        Environment.SetEnvironmentVariable(RootDirectories.Variable, null);
        try
        {
            var build = new T();
            var targets = defaultTargets.Select(x => x(build)).ToList();
            return new BuildHost(context, masks, () => new SignalWatch(context.Time)).Run(build, targets);
        }
#pragma warning disable CA1031 // The last line of defence: the runtime's own report of a crash would not be masked.
        catch (Exception e)
#pragma warning restore CA1031
        {
            context.Error.WriteLine(e);
            return ExitCodes.Failed;
        }
    }

    private static Dictionary<string, string> ReadVariables()
    {
        var ignoreCase = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var variables = new Dictionary<string, string>(ignoreCase);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }

    private static int TerminalWidth()
    {
        const int Readable = 90;
        if (Console.IsOutputRedirected)
            return Readable;
        var width = Console.WindowWidth;
        return width < 40 ? Readable : Math.Min(width, Readable);
    }

    private static bool UsesColour() =>
        !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";
}
