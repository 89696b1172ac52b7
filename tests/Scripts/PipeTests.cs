using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Scripts;

/// <summary>A task outlives the SIGPIPE that Nomad 2.0 passes on to it after a restart of its agent.</summary>
public sealed class PipeTests : IDisposable
{
    private readonly Node _node = new();

    /// <summary>Every script that an init of ours starts.</summary>
    public static TheoryData<string> Entries => [.. Directory.GetFiles(Repository.PathOf("templates"), "*.nomad.hcl.sbn")
        .SelectMany(template => File.ReadLines(template).Where(line => line.Contains("partials/task.sbn", StringComparison.Ordinal)))
        .Select(line => line.Split('\'')[3]).Distinct().Order()];

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Neither_a_script_nor_what_it_starts_ends_by_it()
    {
        var said = _node.Shell("sh -c 'kill -PIPE $$; echo child'; kill -PIPE $$; echo script");
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldBe("child\nscript\n");
    }

    [Theory, MemberData(nameof(Entries))]
    public void Every_entry_ignores_it_before_anything_else(string script) =>
        File.ReadLines(Repository.PathOf("templates", "scripts", script)).First(line => !line.StartsWith('#'))
            .ShouldContain(". \"$NOMAD_TASK_DIR/lib.sh\"");

    [Fact]
    public async Task The_server_goes_on()
    {
        _node.HasCluster();
        _node.SetFake("serve", "");
        using var task = _node.Begin("serve.sh", []);
        await task.Says("serving");
        task.Signal("PIPE");
        task.Signal("INT", group: false);
        (await task.End()).Code.ShouldBe(0);
        _node.Fake("signals").ShouldBe("INT\n");
    }
}
