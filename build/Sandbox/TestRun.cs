using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CliWrap;

namespace Sandbox;

/// <summary>Compiles and runs the tests, and ends with one line that counts them.</summary>
public sealed partial class TestRun(string root, string filter)
{
    // The end-to-end tests wait, too: more of them than cores keep two cores busy. More only make each other late.
    private const int Threads = 4;

    // What the tests at work may take to stop what they have started, once they are interrupted.
    private static readonly TimeSpan ClearingUp = TimeSpan.FromMinutes(2);

    // One for all projects, with its analyzers compiled once; it is ended before the tests begin.
    private const string SharedCompiler = "-p:UseSharedCompilation=true";

    /// <summary>Absolute path of the program <c>dotnet</c>: a bare name would first be looked for next to our own program.</summary>
    public required string Dotnet { get; init; }

    /// <summary>Runs only the tests that run when they are asked for.</summary>
    public bool Explicit { get; init; }

    /// <summary>Runs the long variations as well; they run, too, when their class is named.</summary>
    public bool Thorough { get; init; }

    /// <summary>Variables for the tests, beside those of this process.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Runs the tests.</summary>
    /// <param name="print">Receives each line of their output.</param>
    /// <param name="ct">Ends them.</param>
    /// <exception cref="SandboxException">They do not compile, or one of them failed.</exception>
    public async Task RunAsync(Action<string> print, CancellationToken ct)
    {
        var artifacts = Path.Combine(root, ".nuke", "temp", "artifacts");
        var compiled = await RunAsync(Dotnet, ["build", Path.Combine(root, "tests", "Tests.csproj"), "-v", "quiet", "-nologo", "-clp:NoSummary", SharedCompiler], print, ct);
        if (compiled != 0)
            throw new SandboxException("the tests do not compile", "fix what the compiler reports above");

        var precompiled = filter.Length == 0 || Explicit ? await PrecompileAsync(artifacts, print, ct) : null;
        await RunAsync(Dotnet, ["build-server", "shutdown", "--vbcscompiler"], _ => { }, ct);
        string[] all = Thorough ? [] : ["-trait-", "Run=Thorough"];
        string[] only = [.. filter.Length == 0 ? all : ["-class", $"*{filter.Trim('*')}*"], "-explicit", Explicit ? "only" : "off"];
        var variables = new Dictionary<string, string?>(Variables, StringComparer.Ordinal) { [Precompiled.Variable] = precompiled };
        List<Results> runs = [await PartAsync("tests.xml", Threads, ["-trait-", "Nomad=Real"])];
        // What meets a real Nomad comes by itself, no more of it at once than there are cores: its agents miss their heartbeats where others take them.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("REAL_NOMAD")))
            runs.Add(await PartAsync("tests-real-nomad.xml", Math.Clamp(Environment.ProcessorCount, 1, Threads), ["-trait", "Nomad=Real"]));

        var failed = runs.Sum(r => r.Failed);
        print($"{runs.Sum(r => r.Passed)} passed, {failed} failed, {runs.Sum(r => r.Skipped)} skipped");
        var code = runs.Max(r => r.ExitCode);
        if (failed > 0 || code != 0)
            throw new SandboxException(failed > 0 ? $"{failed} tests failed" : $"the tests ended with {code}", "look at their output above");

        async Task<Results> PartAsync(string file, int threads, string[] part)
        {
            var results = Path.Combine(artifacts, file);
            File.Delete(results);
            // Tests interrupt what they start: signals that this run was started without (nohup … & in a script) must be heard by them. An
            // interrupt reaches them through this program alone: the terminal's would be a second one, which ends them where they stand.
            var ended = await RunAsync("/usr/bin/setsid", ["/usr/bin/env", "--default-signal", Path.Combine(artifacts, "bin", "Tests", "debug", "Tests"), "-noColor", "-maxThreads", $"{threads}", "-xml", results, .. only, .. part],
                variables, print, ct);
            if (!File.Exists(results))
                throw new SandboxException($"the tests ended with {ended} and left no results", "look at their output above");
            var assemblies = XDocument.Load(results).Root!.Elements("assembly").ToList();
            int Sum(string attribute) => assemblies.Sum(a => int.Parse(a.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture));
            return new Results(ended, Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped"));
        }
    }

    private sealed record Results(int ExitCode, int Passed, int Failed, int Skipped);

    // Its compiler is a package more: where it cannot be had, the tests take longer.
    private async Task<string?> PrecompileAsync(string artifacts, Action<string> print, CancellationToken ct)
    {
        var precompiled = new Precompiled(artifacts);
        foreach (var ways in precompiled.Commands(root))
        {
            var code = 1;
            for (var i = 0; code != 0 && i < ways.Count; i++)
                code = await RunAsync(Dotnet, [.. ways[i], SharedCompiler], i == ways.Count - 1 ? print : _ => { }, ct);
            if (code == 0)
                continue;
            print("the programs under test are not compiled ahead of time: the tests take longer");
            return null;
        }

        return precompiled.Folder;
    }

    private static Task<int> RunAsync(string program, string[] arguments, Action<string> print, CancellationToken ct) =>
        RunAsync(program, arguments, CompilerEnvironment.Cleaned(), print, ct);

    private static async Task<int> RunAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string?> variables, Action<string> print, CancellationToken ct)
    {
        // Interrupted first: what tests have started they stop themselves.
        using var killed = new CancellationTokenSource();
        await using var later = ct.Register(() => killed.CancelAfter(ClearingUp));
        return (await Cli.Wrap(program).WithArguments(arguments).WithEnvironmentVariables(variables)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(l => print(Plain().Replace(l, ""))))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(print))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(killed.Token, ct)).ExitCode;
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Plain();
}
