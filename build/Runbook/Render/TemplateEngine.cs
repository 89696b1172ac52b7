using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace Runbook.Render;

/// <summary>Scriban, strict: a name that does not exist is an error, not an empty text.</summary>
internal sealed class TemplateEngine(string directory)
{
    private readonly Dictionary<string, string> _texts = [];

    public string Render(string name, ScriptObject model)
    {
        var functions = new TemplateFunctions(file => Text(Path.Combine("scripts", file)));
        var context = new TemplateContext(functions)
        {
            StrictVariables = true,
            EnableRelaxedMemberAccess = false,
            EnableRelaxedTargetAccess = false,
            EnableRelaxedIndexerAccess = false,
            EnableRelaxedFunctionAccess = false,
            TemplateLoader = new Loader(this),
            NewLine = "\n",
            // Indenting an included text would change the content of heredocs; the formatter indents.
            AutoIndent = false,
        };
        context.PushGlobal(model);
        try
        {
            var template = Template.Parse(Text(name), name);
            if (template.HasErrors)
                throw new RenderException(string.Join(Environment.NewLine, template.Messages.Select(m => m.ToString())));
            return template.Render(context);
        }
        catch (ScriptRuntimeException e) when (e.InnerException is RenderException own)
        {
            // Scriban wraps what its loader and the functions throw, and hides the reason behind the place.
            throw new RenderException(own.Message, e);
        }
        catch (ScriptRuntimeException e)
        {
            throw new RenderException(e.OriginalMessage is { Length: > 0 } text
                ? $"{e.Span.FileName}({e.Span.Start.Line + 1},{e.Span.Start.Column + 1}): {text}"
                : e.Message, e);
        }
    }

    private string Text(string name)
    {
        if (_texts.TryGetValue(name, out var known))
            return known;
        try
        {
            return _texts[name] = File.ReadAllText(Path.Combine(directory, name)).ReplaceLineEndings("\n");
        }
        catch (IOException e)
        {
            throw new RenderException($"cannot read the template {name} in {directory}: {e.Message}", e);
        }
    }

    private sealed class Loader(TemplateEngine engine) : ITemplateLoader
    {
        public string GetPath(TemplateContext context, SourceSpan callerSpan, string templateName) => templateName;

        public string Load(TemplateContext context, SourceSpan callerSpan, string templatePath) => engine.Text(templatePath);

        public ValueTask<string?> LoadAsync(TemplateContext context, SourceSpan callerSpan, string templatePath) =>
            ValueTask.FromResult<string?>(Load(context, callerSpan, templatePath));
    }
}
