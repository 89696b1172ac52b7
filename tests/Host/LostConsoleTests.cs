using Shouldly;
using Xunit;

namespace Tests.Host;

/// <summary>Nobody to read what is written: the targets run to their end, and the exit code is their own.</summary>
public sealed class LostConsoleTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    [Theory]
    [InlineData("\"$0\" Deploy --root . >/dev/full 2>/dev/full; echo \"code $?\"", "code 0\n")]
    [InlineData("\"$0\" Deploy --root . >&- 2>&-; echo \"code $?\"", "code 0\n")]
    [InlineData("\"$0\" NoSuchTarget --root . >/dev/full 2>/dev/full; echo \"code $?\"", "code 2\n")]
    [InlineData("{ \"$0\" Deploy --root .; echo \"code $?\" >&2; } 2>code | true; tail -n 1 code", "code 0\n")]
    public async Task The_targets_run_to_their_end(string script, string expected)
    {
        using var run = _folder.StartProgram("bash", ["-c", script, SampleFolder.Program]);
        (await run.End()).Out.ShouldBe(expected);
    }

    public void Dispose() => _folder.Dispose();
}
