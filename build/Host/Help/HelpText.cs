using System.Text;
using Host.Parameters;
using Nuke.Common.Execution;

namespace Host.Help;

/// <summary>What <c>--help</c> prints, laid out as NUKE does.</summary>
internal sealed class HelpText(
    IReadOnlyList<ExecutableTarget> targets, IReadOnlyList<ParameterDeclaration> parameters, int width)
{
    private readonly StringBuilder _text = new();

    /// <summary>Everything, or only what concerns the targets named.</summary>
    public string Render(IReadOnlyList<ExecutableTarget> named)
    {
        if (named.Count == 0)
            WriteOverview();
        else
            WriteDetails(named);
        return _text.ToString();
    }

    private void WriteOverview()
    {
        var listed = targets.Where(x => x.Listed).ToList();
        var column = Math.Max(listed.Select(x => Title(x).Length).DefaultIfEmpty().Max(), 20);
        var groups = listed.GroupBy(x => x.Definition.Group).ToList();
        var titled = groups.Count > 1 && groups.TrueForAll(x => x.Key.Length > 0);
        Line("Targets (with their direct dependencies):");
        foreach (var group in groups)
        {
            if (titled || group == groups[0])
                Line("");
            if (titled)
                Line($"{group.Key}:");
            foreach (var target in group)
                WriteTarget(target, column);
        }

        Line("");
        Line("Parameters:");
        Line("");
        WriteParameters(parameters);
        Line("");
        var pad = Pad(parameters);
        foreach (var option in HostOptions.All)
            WriteOption(option.Word, option.Description.Replace("{default_target}", Defaults(), StringComparison.Ordinal), pad);
    }

    private void WriteTarget(ExecutableTarget target, int column)
    {
        var dependencies = target.ExecutionDependencies.Count == 0 ? "" : $" -> {Names(target.ExecutionDependencies)}";
        Line($"  {Title(target).PadRight(column)}{dependencies}");
        if (!string.IsNullOrWhiteSpace(target.Description))
            Wrap(target.Description, "    ", "    ");
    }

    private void WriteDetails(IReadOnlyList<ExecutableTarget> named)
    {
        foreach (var target in named)
        {
            Line(Title(target));
            if (!string.IsNullOrWhiteSpace(target.Description))
                Wrap(target.Description, "  ", "  ");
            Relation("Runs before it", target.ExecutionDependencies);
            Relation("Runs after it", target.Triggers);
            Relation("Comes after, if both run", target.OrderDependencies);
            var required = Required(target).ToList();
            if (required.Count > 0)
            {
                Line("  Requires:");
                WriteParameters(required);
            }

            Line("");
        }

        Line("--help alone lists all targets and parameters.");
    }

    private IEnumerable<ParameterDeclaration> Required(ExecutableTarget target) => parameters.Where(x =>
        target.Definition.Requirements.Exists(y => y.IsValue && y.Text.Split('.')[^1] == x.Member?.Name));

    private void Relation(string title, IReadOnlyList<ExecutableTarget> neighbours)
    {
        if (neighbours.Count > 0)
            Wrap($"{title}: {Names(neighbours)}", "  ", "    ");
    }

    private void WriteParameters(IReadOnlyList<ParameterDeclaration> shown)
    {
        var pad = Pad(parameters);
        foreach (var parameter in shown.Where(x => x.IsListed))
            WriteOption(parameter.Option, Describe(parameter), pad);
    }

    private void WriteOption(string word, string description, int pad)
    {
        var indent = new string(' ', pad + 6);
        Wrap(description.TrimEnd('.') + ".", $"  --{word.PadRight(pad)}  ", indent);
    }

    private static string Describe(ParameterDeclaration parameter)
    {
        var text = (parameter.Description ?? "<no description>").TrimEnd('.');
        if (parameter.ValueProvider is null && parameter.Values is { Count: > 0 } values)
            text += $". One of {string.Join(", ", values)}";
        return parameter.IsSecret ? $"{text}. Secret: {parameter.HowToGive()}" : text;
    }

    private void Wrap(string text, string first, string next)
    {
        var line = new StringBuilder(first);
        var isEmpty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                Line(line.ToString());
                line.Clear().Append(next);
                isEmpty = true;
            }

            line.Append(isEmpty ? "" : " ").Append(word);
            isEmpty = false;
        }

        Line(line.ToString());
    }

    private string Defaults() => targets.Any(x => x.IsDefault) ? Names(targets.Where(x => x.IsDefault)) : "<none>";

    private static int Pad(IEnumerable<ParameterDeclaration> parameters) =>
        parameters.Where(x => x.IsListed).Select(x => x.Option.Length).Append(16).Max();

    private static string Title(ExecutableTarget target) => target.IsDefault ? $"{target.Name} (default)" : target.Name;

    private static string Names(IEnumerable<ExecutableTarget> targets) => string.Join(", ", targets.Select(x => x.Name));

    private void Line(string text) => _text.Append(text.TrimEnd()).Append('\n');
}
