using Host.Graph;
using Nuke.Common;
using Shouldly;
using Xunit;

namespace Tests.Host;

public class PlannerTests
{
    [Theory]
    [InlineData("A", "A")]
    [InlineData("C", "A B C")]
    [InlineData("E D", "E D")]
    [InlineData("D E", "D E")]
    [InlineData("E C", "E A B C")]
    [InlineData("F A", "A F")]
    [InlineData("H A", "A H")]
    [InlineData("T A", "T U A")]
    [InlineData("U T", "T U")]
    [InlineData("V", "V W")]
    [InlineData("I", "K I")]
    public void The_graph_comes_first_then_the_order_given(string asked, string expected)
    {
        var all = TargetCatalog.Read(new Graph(), []);
        var plan = Planner.Plan(all, [.. asked.Split(' ').Select(x => all.Single(y => y.Name == x))]);
        string.Join(' ', plan.Select(x => x.Name)).ShouldBe(expected);
    }

    [Fact]
    public void A_circle_is_refused_by_its_names() =>
        Should.Throw<BuildDefinitionException>(() => Planner.Plan(TargetCatalog.Read(new Circle(), []), []))
            .Message.ShouldBe("Targets wait for each other: A -> B -> C -> A.");

    [Fact]
    public void A_target_that_refers_to_itself_is_refused() =>
        Should.Throw<BuildDefinitionException>(() => TargetCatalog.Read(new Selfish(), []))
            .Message.ShouldBe("Target A refers to itself.");

    [Fact]
    public void Private_targets_of_a_base_are_found() =>
        TargetCatalog.Read(new Derived(), []).Select(x => x.Name).ShouldBe(["X", "A"]);

    private sealed class Graph : NukeBuild
    {
        private Target A => _ => _;
        private Target B => _ => _.DependsOn(A);
        private Target C => _ => _.DependsOn(A, B);
        private Target D => _ => _;
        private Target E => _ => _;
        private Target F => _ => _.After(A);
        private Target G => _ => _.After(A);

        // G does not run, yet holds the order between those on either side of it.
        private Target H => _ => _.After(G);
        private Target I => _ => _;
        private Target K => _ => _.DependentFor(I);
        private Target T => _ => _.Triggers(U);
        private Target U => _ => _;
        private Target V => _ => _;
        private Target W => _ => _.TriggeredBy(V);
    }

    private sealed class Circle : NukeBuild
    {
        private Target A => _ => _.DependsOn(B);
        private Target B => _ => _.After(C);
        private Target C => _ => _.TriggeredBy(A);
    }

    private sealed class Selfish : NukeBuild
    {
        private Target A => _ => _.DependsOn(A);
    }

    private class Parent : NukeBuild
    {
        private Target A => _ => _;
    }

    private sealed class Derived : Parent
    {
        private Target X => _ => _;
    }
}
