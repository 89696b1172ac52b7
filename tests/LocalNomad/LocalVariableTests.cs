using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>Where the stand-in keeps variables, and what it does not do with them.</summary>
public class LocalVariableTests
{
    private const string Value = "Zvariable5Secret";
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    [Fact]
    public async Task Variables_survive_the_agent_and_leave_no_trace_when_they_go()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await PutAsync(nomad, "nomad/jobs/keeper", Value);
        await nomad.SubmitAsync("waiter", Jobs.Batch("waiter", "cat secrets/key", task: Template("nomad/jobs/waiter", "noop")));
        await nomad.SubmitAsync("keeper", Jobs.Batch("keeper", "sleep 300", task: Template("nomad/jobs/keeper", "noop")));
        var keeper = (string)(await nomad.AllocationAsync("keeper", "running"))["ID"]!;
        await nomad.AllocationAsync("waiter", "pending");
        await nomad.KillAgentAsync();
        await nomad.StartAgentAsync();
        (await nomad.RunAsync("var", "get", "-item", "key", "nomad/jobs/keeper")).Output.ShouldBe(Value);

        // What waited waits on, and what ran is followed on.
        await PutAsync(nomad, "nomad/jobs/waiter", "second");
        await nomad.AllocationAsync("waiter", "complete");
        await PutAsync(nomad, "nomad/jobs/keeper", "third");
        var file = Path.Combine(nomad.DataDirectory, "alloc", keeper, "work", "secrets", "key");
        await Eventually.TrueAsync(async () => await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == "third", "the file to be written anew");
        (await nomad.RunAsync("var", "purge", "nomad/jobs/keeper")).ExitCode.ShouldBe(0);
        Holders(nomad, Value).ShouldBeEmpty("what was replaced");
        Holders(nomad, "third").ShouldBe([file], "what was purged");
    }

    [Fact]
    public async Task No_file_that_others_can_read_holds_a_value()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await PutAsync(nomad, "nomad/jobs", Value);
        await nomad.SubmitAsync("reader", Jobs.Batch("reader", "test -s secrets/key", task: Template("nomad/jobs", "noop")));
        await nomad.AllocationAsync("reader", "complete");
        // A failure of the command must not tell the value either.
        (await nomad.RunAsync(["var", "put", "nomad/jobs", "key=-"], Value)).All.ShouldNotContain(Value);
        var holders = Holders(nomad, Value);
        holders.Length.ShouldBe(2, string.Join(' ', holders));
        foreach (var path in holders)
        {
            // The task's own secrets lie in a folder that is its user's alone.
            var guarded = Path.GetFileName(path) == "key" ? Path.GetDirectoryName(path)! : path;
            (File.GetUnixFileMode(guarded) & Others & ~UnixFileMode.UserExecute).ShouldBe(UnixFileMode.None, path);
        }
    }

    [Theory]
    [InlineData("nomad/jobs/other", "noop", "the variable \"nomad/jobs/other\" needs an ACL policy")]
    [InlineData("nomad/jobs/refused/main/other", "noop", "without one this task reads nomad/jobs, nomad/jobs/refused, nomad/jobs/refused/main, nomad/jobs/refused/main/work")]
    [InlineData("nomad/jobs/refused", "restart", "\"restart\" is not done when a variable changes")]
    public async Task What_a_task_could_not_do_everywhere_is_refused(string path, string changeMode, string reason)
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        var result = await nomad.RunAsync("job", "run", "-detach", nomad.Write("refused", Jobs.Batch("refused", "true", task: Template(path, changeMode))));
        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("group \"main\" > task \"work\" > template \"secrets/key\"");
        result.Errors.ShouldContain(reason);
    }

    [Theory]
    [InlineData("\"go-template\" is not available on this single-node stand-in", "var", "get", "-out=go-template", "x")]
    [InlineData("flag provided but not defined: -filter", "var", "list", "-filter=x")]
    [InlineData("\"var lock\" is not a command of this single-node stand-in", "var", "lock")]
    [InlineData("the namespace \"other\" is not available", "var", "put", "-namespace=other", "x", "a=1")]
    public async Task What_is_not_there_is_refused_by_name(string reason, params string[] words)
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        var result = await nomad.RunAsync(words);
        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain(reason);
    }

    private static async Task PutAsync(NomadFixture nomad, string path, string value)
    {
        var result = await nomad.RunAsync(["var", "put", "-force", "-out", "none", path, "key=-"], value);
        result.ExitCode.ShouldBe(0, result.ToString());
    }

    private static string[] Holders(NomadFixture nomad, string value) =>
    [
        .. Directory.GetFiles(nomad.Directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(path => !path.EndsWith("lock", StringComparison.Ordinal) && !path.EndsWith(".sock", StringComparison.Ordinal))
            .Where(path => Read(path).Contains(value, StringComparison.Ordinal)),
    ];

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static string Template(string path, string changeMode) => $$$"""
        template {
          data        = "{{ with nomadVar \"{{{path}}}\" }}{{ .key }}{{ end }}"
          destination = "secrets/key"
          change_mode = "{{{changeMode}}}"
        }
        """;
}
