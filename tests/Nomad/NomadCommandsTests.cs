using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class NomadCommandsTests
{
    private static readonly NomadCommands Commands = new("/opt/nomad") { Environment = new Dictionary<string, string> { ["NOMAD_ADDR"] = "http://n:1" }.ToImmutable() };

    public static TheoryData<Invocation, string> All => new()
    {
        { Commands.Version(), "version" },
        { Commands.Servers(), "server members" },
        { Commands.Nodes(), "node status -json" },
        { Commands.Node("n1"), "node status -json n1" },
        { Commands.Validate("x"), "job validate -" },
        { Commands.Plan("x"), "job plan -no-color -" },
        { Commands.Run("x", 12), "job run -detach -check-index 12 -" },
        { Commands.Stop("j", purge: false), "job stop -detach -yes j" },
        { Commands.Stop("j", purge: true), "job stop -detach -yes -purge j" },
        { Commands.Inspect("j"), "job inspect j" },
        { Commands.Dispatch("j", [new("a", "1"), new("b", "x y")]), "job dispatch -detach -meta a=1 -meta 'b=x y' j" },
        { Commands.Allocations(), "alloc status -json" },
        { Commands.Logs("a", "t", standardError: false), "alloc logs a t" },
        { Commands.Logs("a", "t", standardError: true), "alloc logs -stderr a t" },
        { Commands.FollowLogs("a", "t", standardError: true), "alloc logs -f -stderr a t" },
        { Commands.Exec("a", "t", "in", "/bin/bash", "-s"), "alloc exec -i=true -t=false -task t a /bin/bash -s" },
        { Commands.ExecInteractive("a", "t", terminal: true, "psql"), "alloc exec -i=true -t=true -task t a psql" },
        { Commands.ExecInteractive("a", "t", terminal: false, "psql"), "alloc exec -i=true -t=false -task t a psql" },
    };

    [Theory, MemberData(nameof(All))]
    public void Flags_stand_before_words(Invocation invocation, string line)
    {
        invocation.ToString().ShouldBe("/opt/nomad " + line);
        invocation.Environment["NOMAD_ADDR"].ShouldBe("http://n:1");
        // Colours of the operator's terminal would be read as part of an answer.
        (invocation.Environment["NOMAD_CLI_NO_COLOR"], invocation.Environment["NOMAD_CLI_FORCE_COLOR"]).ShouldBe(("1", ""));
    }

    [Fact]
    public void Jobspecs_and_scripts_travel_on_standard_input()
    {
        Commands.Run("job {}", 0).StandardInput.ShouldBe("job {}");
        Commands.Exec("a", "t", "secret", "cat").StandardInput.ShouldBe("secret");
        // Without one the command must not wait for the operator's keyboard.
        Commands.Exec("a", "t", null, "true").StandardInput.ShouldBe("");
    }

    [Fact]
    public void Following_has_no_time_limit() => Commands.FollowLogs("a", "t", false).Timeout.ShouldBe(Timeout.InfiniteTimeSpan);
}

internal static class DictionaryExtensions
{
    public static System.Collections.Immutable.ImmutableDictionary<string, string> ToImmutable(this Dictionary<string, string> values) =>
        System.Collections.Immutable.ImmutableDictionary.CreateRange(values);
}
