using LocalNomad.Commands;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

public class CommandLineTests
{
    [Theory]
    [InlineData("job stop -purge -yes x", "purge yes", "x")]
    [InlineData("stop --purge --yes=true x", "purge yes", "x")]
    [InlineData("job stop -purge=false x", "", "x")]
    [InlineData("alloc exec -task t abc ls -l --purge", "task", "abc ls -l --purge")]
    [InlineData("alloc exec -i=0 -t=F abc ls", "", "abc ls")]
    [InlineData("job run -address=unix:///x -", "address", "-")]
    [InlineData("job run -- -x", "", "-x")]
    public void Flags_are_read_as_go_reads_them(string words, string flags, string arguments)
    {
        var (spec, rest) = CommandTable.Find(words.Split(' ')).ShouldNotBeNull();
        var line = CommandLine.Parse(spec, rest);
        spec.Flags.Concat(CommandTable.General).Select(flag => flag.Name).Where(line.Has).ShouldBe(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
        string.Join(' ', line.Arguments).ShouldBe(arguments);
    }

    [Theory]
    [InlineData("job stop -purg x", "flag provided but not defined: -purg")]
    [InlineData("job run -check-index", "flag needs an argument: -check-index")]
    [InlineData("job stop -yes=perhaps x", "invalid boolean value \"perhaps\" for -yes")]
    [InlineData("job stop", "This command takes one argument: <job>")]
    [InlineData("job stop x -yes", "This command takes one argument: <job>")]
    public void Wrong_use_is_refused(string words, string message)
    {
        var (spec, rest) = CommandTable.Find(words.Split(' ')).ShouldNotBeNull();
        Should.Throw<UsageException>(() => CommandLine.Parse(spec, rest)).Message.ShouldStartWith(message);
    }
}
