using Shouldly;
using Xunit;

namespace Tests.Host;

public sealed class CompletionTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public CompletionTests()
    {
        _folder.Write(".nuke/parameters.json", "{}");
        _folder.Write(".nuke/parameters.local.json", "{}");
        _folder.Write(".nuke/parameters.production.json", "{}");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("./build.sh Re", "Refuse Render Restore Revert")]
    [InlineData("./build.sh Restore --backup-", "--backup-set --backup-type")]
    [InlineData("./build.sh --backup-type ", "full diff only-incremental")]
    [InlineData("./build.sh --backup-type = d", "diff")]
    [InlineData("./build.sh --colour ", "red green dark-blue")]
    [InlineData("./build.sh --profile ", "local production")]
    [InlineData("./build.sh --profile p", "production")]
    [InlineData("./build.sh --skip Bac", "Backup")]
    [InlineData("./build.sh --verbosity q", "quiet")]
    [InlineData("./build.sh --super", "")]
    [InlineData("./build.sh Chec", "")]
    public async Task Bash_completes(string typed, string expected)
    {
        var script = _folder.Write("completion.bash", (await _folder.Run("--completion bash")).Out);
        var words = typed.Split(' ');
        var test = $"""
            . {script}
            COMP_WORDS=({string.Join(' ', words.Select(x => $"'{x}'"))}) COMP_CWORD={words.Length - 1}
            _nuke_build
            echo "${"{COMPREPLY[*]}"}"
            """;
        using var run = _folder.StartProgram("bash", ["-c", test]);
        var outcome = await run.End();
        outcome.Out.TrimEnd().ShouldBe(expected, outcome.ToString());
        outcome.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("./build.sh Re", "Refuse Render Restore Revert")]
    [InlineData("./build.sh --backup-type d", "diff")]
    [InlineData("./build.sh --profile ", "local production")]
    [InlineData("./build.sh --pro", "--profile")]
    public async Task Zsh_completes(string typed, string expected)
    {
        if (!IsInstalled("zsh"))
            Assert.Skip("zsh is not installed");
        var script = _folder.Write("completion.zsh", (await _folder.Run("--completion zsh")).Out);
        var words = typed.Split(' ');

        // Outside of an editor there are no builtins of completion: these print what would be offered.
        var test = $$"""
            compdef() { : }
            compset() { return 1 }
            compadd() { shift; for i in "$@"; do [[ $i == "$words[CURRENT]"* ]] && echo $i; done }
            . {{script}}
            words=({{string.Join(' ', words.Select(x => $"'{x}'"))}}) CURRENT={{words.Length}}
            _nuke_build
            """;
        using var run = _folder.StartProgram("zsh", ["-f", "-c", test]);
        var outcome = await run.End();
        string.Join(' ', outcome.Lines).ShouldBe(expected, outcome.ToString());
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("pwsh")]
    public async Task Other_shells_can_read_their_script(string shell)
    {
        if (!IsInstalled(shell))
            Assert.Skip($"{shell} is not installed");
        var script = _folder.Write($"completion.{shell}", (await _folder.Run($"--completion {shell}")).Out);
        using var run = shell == "zsh"
            ? _folder.StartProgram("zsh", ["-f", "-c", $"autoload -U compinit && compinit -u -D && . {script} && echo $_comps[build.sh]"])
            : _folder.StartProgram("pwsh", ["-NoProfile", "-Command", $". ([scriptblock]::Create((Get-Content -Raw {script}))); '_nuke_build'"]);
        var outcome = await run.End();
        outcome.Out.TrimEnd().ShouldBe("_nuke_build", outcome.ToString());
        outcome.Error.ShouldBeEmpty();
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(x => File.Exists(Path.Combine(x, program)));
}
