using System.Reflection;
using Shouldly;
using Xunit;

namespace Tests.Architecture;

public class AssemblyTests
{
    private static readonly string[] Ours = ["Build", "Runbook", "nomad", "Sandbox", "Host"];

    // NUKE's own surface, which a build may read from anywhere; the host sets both once, before the first target.
    private static readonly string[] OfNuke = ["Nuke.Common.NukeBuild.<Verbosity>k__BackingField", "Nuke.Common.NukeBuild.<LoadedLocalProfiles>k__BackingField"];

    public static TheoryData<string, string[]> References => new()
    {
        { "Host", [] }, { "Runbook", [] }, { "nomad", [] }, { "Sandbox", ["Runbook"] },
    };

    [Theory, MemberData(nameof(References))]
    public void A_part_knows_only_what_it_must(string name, string[] allowed)
    {
        var references = Assembly.Load(name).GetReferencedAssemblies().Select(r => r.Name!).ToList();
        references.Intersect(Ours).Except(allowed).ShouldBeEmpty();
        references.ShouldNotContain(r => r.StartsWith("Nuke.", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(References))]
    public void Nothing_static_changes(string name, string[] _) =>
        Assembly.Load(name).GetTypes().Where(t => !t.Name.Contains('<') && t.Namespace?.StartsWith("System", StringComparison.Ordinal) != true)
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(f => f is { IsLiteral: false, IsInitOnly: false } && (!f.Name.StartsWith('<') || f.Name.EndsWith("k__BackingField", StringComparison.Ordinal)))
            .Select(f => $"{f.DeclaringType!.FullName}.{f.Name}").Except(OfNuke)
            .ShouldBeEmpty();
}
