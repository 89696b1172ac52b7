using Host.Parameters;
using Nuke.Common.Execution;

namespace Host.Completion;

/// <summary>The words that can be completed.</summary>
/// <param name="Targets">Names of targets.</param>
/// <param name="Options">Options, with their two dashes.</param>
/// <param name="Values">The values of the options that have a fixed set of them.</param>
/// <param name="Free">Options that take a value of any kind.</param>
internal sealed record CompletionWords(
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Options,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Values,
    IReadOnlyList<string> Free)
{
    public static CompletionWords Read(
        IReadOnlyList<ExecutableTarget> targets, IReadOnlyList<ParameterDeclaration> parameters)
    {
        var names = targets.Where(x => x.Listed).Select(x => x.Name).ToList();
        var listed = parameters.Where(x => x is { IsListed: true, IsSecret: false }).ToList();
        var values = listed.Where(x => !x.IsFlag)
            .Select(x => (Option: $"--{x.Option}", x.Values))
            .Append((Option: "--verbosity", Values: ["quiet", "minimal", "normal", "verbose"]))
            .Append((Option: "--completion", Values: CompletionScript.Shells))
            .Append((Option: "--skip", Values: names))
            .Append((Option: "--target", Values: names))
            .Where(x => x.Values.Count > 0)
            .ToDictionary(x => x.Option, x => x.Values);
        var free = listed.Where(x => !x.IsFlag).Select(x => $"--{x.Option}").Append("--root").Where(x => !values.ContainsKey(x));
        var options = listed.Select(x => $"--{x.Option}").Concat(HostOptions.All.Select(x => $"--{x.Word}"));
        return new CompletionWords(names, [.. options.Order(StringComparer.Ordinal)], values, [.. free]);
    }
}
