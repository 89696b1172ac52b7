using System.Text;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>
/// The understood part of a task template: literal text, <c>{{ env "NAME" }}</c>, <c>{{ "text" }}</c>, comments, and
/// <c>{{ with nomadVar "PATH" }}{{ .KEY }}{{ end }}</c>.
/// </summary>
internal static class TemplateText
{
    /// <summary>What in the template cannot be rendered here; nothing when all of it can.</summary>
    public static IReadOnlyList<string> Problems(TaskTemplate template) => TemplateParser.Parse(template).Problems;

    /// <summary>The paths of the variables that must be there before the template can be rendered, in order.</summary>
    public static IReadOnlyList<string> Variables(TaskTemplate template) =>
        [.. Paths(TemplateParser.Parse(template).Parts).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The text with every action replaced. What does not exist in the environment, or as a key of a variable, is
    /// empty, as in Nomad.</summary>
    /// <param name="template">One without problems.</param>
    /// <param name="environment">Of the task.</param>
    /// <param name="variables">Those of <see cref="Variables"/>, by path.</param>
    public static string Render(
        TaskTemplate template, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, Variable> variables)
    {
        var text = new StringBuilder();
        Write(TemplateParser.Parse(template).Parts, items: null);
        return text.ToString();

        void Write(IReadOnlyList<TemplatePart> parts, IReadOnlyDictionary<string, string>? items)
        {
            foreach (var part in parts)
            {
                switch (part)
                {
                    case LiteralPart literal:
                        text.Append(literal.Text);
                        break;
                    case EnvironmentPart variable:
                        text.Append(environment.GetValueOrDefault(variable.Name, ""));
                        break;
                    case ItemPart item:
                        text.Append(items!.GetValueOrDefault(item.Key, ""));
                        break;
                    case VariablePart variable:
                        Write(variable.Inside, variables[variable.Path].Items);
                        break;
                }
            }
        }
    }

    private static IEnumerable<string> Paths(IEnumerable<TemplatePart> parts) =>
        parts.OfType<VariablePart>().SelectMany(part => Paths(part.Inside).Prepend(part.Path));
}
