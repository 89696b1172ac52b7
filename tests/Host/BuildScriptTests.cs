using Shouldly;
using Xunit;

namespace Tests.Host;

/// <summary>build.sh in a checkout of its own, with a compiler that only notes that it was called.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly SampleFolder _folder = new();
    private readonly string _checkout;

    public BuildScriptTests()
    {
        _checkout = Path.Combine(_folder.Path, "check out");
        Directory.CreateDirectory(Path.Combine(_checkout, "build", "Host"));
        Write("global.json", "{}");
        Write("build/Build.cs", "");
        Write("build/Host/Old.cs", "");
        foreach (var script in (string[])["build.sh", "build.ps1"])
            File.Copy(Path.Combine(RepositoryRoot(), script), Path.Combine(_checkout, script));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "bin"));
        WriteScript("bin/dotnet", """
            case $1 in
              --version) echo 10; exit "${FAKE_SDK_EXIT:-0}" ;;
              build)
                echo compile >> "$DOTNET_FAKE_LOG"
                pwd > "$DOTNET_FAKE_LOG.folder"
                env > "$DOTNET_FAKE_LOG.environment"
                if [ -n "${DOTNET_FAKE_BUILD_ERROR:-}" ]; then echo "$DOTNET_FAKE_BUILD_ERROR"; exit 1; fi
                sleep 0.2
                out="$(dirname "$2")/../.nuke/temp/artifacts/bin/Build/debug"
                mkdir -p "$out"
                printf '#!/bin/sh\nif [ "$1" = wait ]; then trap "echo term; exit 143" TERM; echo waiting; while :; do sleep 0.05; done; fi\necho "$NUKE_ROOT: $*"\n' > "$out/Build"
                chmod +x "$out/Build" ;;
            esac
            """);
    }

    private string Log => Path.Combine(_folder.Path, "compiled.log");

    private int Compilations => File.Exists(Log) ? File.ReadAllLines(Log).Length : 0;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_compiles_once_and_passes_words_on_as_they_are()
    {
        var first = await Run("Deploy", "a b", "*");
        first.Out.ShouldBe($"{_checkout}: Deploy a b *\n", first.ToString());
        first.Error.ShouldBeEmpty();
        (await Run()).ExitCode.ShouldBe(0);
        Compilations.ShouldBe(1);
    }

    [Theory]
    [InlineData("edit")]
    [InlineData("add")]
    [InlineData("delete")]
    [InlineData("rename")]
    [InlineData("older")]
    [InlineData("global")]
    public async Task It_compiles_again_when_a_source_has_changed(string change)
    {
        await Run();
        var old = Path.Combine(_checkout, "build/Host/Old.cs");
        if (change == "edit")
            File.AppendAllText(old, "// x");
        else if (change == "add")
            Write("build/Host/New.cs", "");
        else if (change == "delete")
            File.Delete(old);
        else if (change == "rename")
            File.Move(old, old + "x");
        else if (change == "older")
            File.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);
        else
            Write("global.json", "{ }");
        await Run();
        Compilations.ShouldBe(2);
        await Run();
        Compilations.ShouldBe(2);
    }

    [Fact]
    public async Task It_shows_what_the_compiler_says_only_when_that_fails()
    {
        var failed = await Run([], ("DOTNET_FAKE_BUILD_ERROR", "Build.cs(1,1): error CS1002: ; expected"));
        failed.ExitCode.ShouldBe(1, failed.ToString());
        failed.Out.ShouldBeEmpty();
        failed.Error.ShouldContain("error CS1002");
        (await Run()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Two_at_once_compile_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Run()));
        outcomes.ShouldAllBe(x => x.ExitCode == 0);
        Compilations.ShouldBe(1);
    }

    [Fact]
    public async Task It_works_from_elsewhere_and_through_a_link()
    {
        var link = Path.Combine(_folder.Path, "link");
        File.CreateSymbolicLink(link, "check out/build.sh");
        (await RunAs(link, ["x"])).Out.ShouldBe($"{_checkout}: x\n");
        (await RunAs(Path.Combine(_checkout, "build.sh"), ["x"])).Out.ShouldBe($"{_checkout}: x\n");
    }

    [Theory]
    [InlineData("VERSION"), InlineData("Configuration"), InlineData("Platform"), InlineData("TargetFramework"), InlineData("OutputPath")]
    [InlineData("CustomBeforeMicrosoftCommonTargets"), InlineData("MSBuildSDKsPath"), InlineData("DirectoryBuildTargetsPath")]
    public async Task A_variable_of_the_environment_is_no_property_of_the_compilation(string name)
    {
        (await Run([], (name, "/else/where"))).ExitCode.ShouldBe(0);
        var known = await File.ReadAllTextAsync(Log + ".environment", SampleFolder.Token);
        known.ShouldNotContain("/else/where");
        known.ShouldContain("PATH=");
        (await File.ReadAllTextAsync(Log + ".folder", SampleFolder.Token)).ShouldBe(_checkout + "\n", "a global.json elsewhere is not read");
    }

    [Theory]
    [InlineData("cd \"$1\" && rmdir \"$1\" && exec \"$0\" x", 0)]
    [InlineData("exec \"$0\" x <&-", 0)]
    [InlineData("exec \"$0\" x >&-", 0)]
    [InlineData("exec \"$0\" x 2>&-", 0)]
    [InlineData("umask 077; exec \"$0\" x", 0)]
    public async Task An_odd_start_is_no_hindrance(string start, int exitCode)
    {
        var gone = Directory.CreateDirectory(Path.Combine(_folder.Path, "gone")).FullName;
        using var run = _folder.StartProgram("bash", ["-c", start, Path.Combine(_checkout, "build.sh"), gone],
        [
            ("PATH", $"{_folder.Path}/bin:{Environment.GetEnvironmentVariable("PATH")}"), ("DOTNET_ROOT", ""), ("TARGET_HOST", ""), ("DOTNET_FAKE_LOG", Log),
        ]);
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(exitCode, outcome.ToString());
        // What bash says before it reads the first line cannot be prevented by any.
        outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("error retrieving current directory", StringComparison.Ordinal)).ShouldBeEmpty();
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_checkout, ".nuke", "temp")).HasFlag(UnixFileMode.OtherExecute).ShouldBeTrue();
    }

    [Fact]
    public async Task A_lost_terminal_ends_nothing()
    {
        await Run();
        using var run = Start(Path.Combine(_checkout, "build.sh"), ["wait"]);
        await run.WaitFor("waiting");
        await run.Signal("HUP");
        await Task.Delay(200, SampleFolder.Token);
        await run.Signal("TERM");
        (await run.End()).ExitCode.ShouldBe(143);
    }

    [Fact]
    public async Task A_signal_reaches_the_build_itself()
    {
        await Run();
        using var run = Start(Path.Combine(_checkout, "build.sh"), ["wait"]);
        await run.WaitFor("waiting");
        await run.Signal("TERM");
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(143);
        outcome.Out.ShouldEndWith("term\n");
    }

    [Fact]
    public async Task A_missing_SDK_is_named()
    {
        // No installation, of which this machine may have several, has such a version.
        Write("global.json", """{ "sdk": { "version": "99.0.100", "rollForward": "disable" } }""");
        var outcome = await Run([], ("FAKE_SDK_EXIT", "1"));
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("The .NET SDK 10 is needed");
    }

    [Fact]
    public async Task A_checkout_that_cannot_be_written_is_named()
    {
        // A file in the way hinders even root, whom rights do not.
        Write(".nuke", "");
        var outcome = await Run();
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain($"{_checkout}/.nuke/temp is not writable");
    }

    [Fact]
    public async Task An_unknown_host_is_refused() => (await Run([], ("TARGET_HOST", "nuke"))).ExitCode.ShouldBe(2);

    [Theory]
    [InlineData("$env:VERSION = '/else/where'; & $script 'a b' '*'", 0), InlineData("$env:OutputPath = '/else/where'; & $script 'a b' '*'", 0)]
    [InlineData("Set-Location gone; rmdir ../gone; & $script 'a b' '*'", 0)]
    [InlineData("$env:DOTNET_FAKE_BUILD_ERROR = 'Build.cs(1,1): error CS1002'; & $script", 1)]
    [InlineData("$env:TARGET_HOST = 'nuke'; & $script", 2)]
    public async Task PowerShell_does_the_same(string start, int exitCode)
    {
        var shell = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(f => Path.Combine(f, "pwsh")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(shell is null, "PowerShell is not on PATH: dotnet tool install --global PowerShell");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "gone"));
        var script = Path.Combine(_checkout, "build.ps1");
        using var run = _folder.StartProgram("bash", ["-c", "umask 077; cd \"$1\"; exec \"$2\" -NoProfile -NonInteractive -Command \"$3; exit \\$LASTEXITCODE\"", "-", _folder.Path, shell!, 
                // Its own start needs the real one.
                $"$script = '{script}'; $env:PATH = '{_folder.Path}/bin:' + $env:PATH; $env:DOTNET_ROOT = ''; {start}"],
            [("TARGET_HOST", ""), ("DOTNET_FAKE_LOG", Log)]);
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(exitCode, outcome.ToString());
        if (exitCode == 1)
            outcome.Error.ShouldContain("error CS1002");
        if (exitCode != 0)
            return;
        outcome.Out.ShouldBe($"{_checkout}: a b *\n", outcome.ToString());
        (await File.ReadAllTextAsync(Log + ".environment", SampleFolder.Token)).ShouldNotContain("/else/where");
        (await File.ReadAllTextAsync(Log + ".folder", SampleFolder.Token)).ShouldBe(_checkout + "\n");
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_checkout, ".nuke", "temp")).HasFlag(UnixFileMode.OtherExecute).ShouldBeTrue();
    }

    private Task<Outcome> Run(params string[] words) => Run(words, ("X", ""));

    private Task<Outcome> Run(string[] words, (string, string) variable) =>
        RunAs(Path.Combine(_checkout, "build.sh"), words, variable);

    private async Task<Outcome> RunAs(string script, string[] words, params (string, string)[] variables)
    {
        using var run = Start(script, words, variables);
        return await run.End();
    }

    private RunningProcess Start(string script, string[] words, params (string, string)[] variables) =>
        _folder.StartProgram("bash", [script, .. words],
        [
            ("PATH", $"{_folder.Path}/bin:{Environment.GetEnvironmentVariable("PATH")}"),
            ("DOTNET_ROOT", ""), ("TARGET_HOST", ""), ("DOTNET_FAKE_LOG", Log), .. variables,
        ]);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_checkout, name), text);

    private void WriteScript(string name, string text)
    {
        var file = _folder.Write(name, $"#!/bin/bash\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "build.sh")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("build.sh is not above the tests.");
        return folder;
    }
}
