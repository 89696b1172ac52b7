using Host.Parameters;
using Nuke.Common.Execution;

namespace Host.Run;

/// <summary>Checks what the scheduled targets require, before the first of them runs.</summary>
internal static class Requirements
{
    public static IEnumerable<Problem> Check(
        IEnumerable<ExecutableTarget> scheduled,
        IReadOnlyCollection<ParameterDeclaration> declarations,
        IReadOnlyCollection<BoundValue> bound)
    {
        foreach (var missing in declarations.Where(x => x.IsRequired && bound.All(y => y.Declaration != x)))
            yield return new Problem($"Parameter {missing.Name} is required: give {missing.HowToGive()}.");
        foreach (var target in scheduled)
        {
            foreach (var requirement in target.Definition.Requirements)
            {
                if (Violation(requirement) is { } violation)
                    yield return new Problem($"Target {target.Name} requires {Describe(requirement, declarations)}{violation}.");
            }
        }
    }

    private static string? Violation(Graph.Requirement requirement)
    {
        try
        {
            return requirement.Holds() ? null : "";
        }
#pragma warning disable CA1031 // A requirement that cannot be checked is not met, and nothing has been run yet.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $", which cannot be checked: {e.Message.TrimEnd('.')}";
        }
    }

    private static string Describe(Graph.Requirement requirement, IEnumerable<ParameterDeclaration> declarations)
    {
        var member = requirement.Text[(requirement.Text.LastIndexOf('.') + 1)..];
        var parameter = requirement.IsValue ? declarations.FirstOrDefault(x => x.Member?.Name == member) : null;
        return parameter?.HowToGive() ?? $"'{requirement.Text}'";
    }
}
