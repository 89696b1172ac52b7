using Scriban.Functions;
using Scriban.Runtime;

namespace Runbook.Render;

/// <summary>What templates can call beside Scriban's own functions.</summary>
internal sealed class TemplateFunctions : BuiltinFunctions
{
    /// <param name="script">Gives the text of a script by the name of its file.</param>
    public TemplateFunctions(Func<string, string> script)
    {
        this.Import("hcl", HclText.Quote);
        this.Import("hcl_list", (ScriptArray items) => $"[{string.Join(", ", items.Select(item => HclText.Quote($"{item}")))}]");
        this.Import("heredoc", (string text) => HclText.Heredoc(text));
        this.Import("secret_heredoc", (string text) => HclText.SecretHeredoc(text));
        this.Import("script", (string file) => HclText.Heredoc(script(file), file));
        this.Import("verbatim_attributes", HclText.VerbatimAttributes);
        this.Import("pg", PostgresText.Quote);
        this.Import("longer", (string duration, string least) => PostgresText.OneMinuteLonger(duration, least));
        this.Import("seconds", (string duration) => (int)Settings.Duration.Parse(duration)!.Value.TotalSeconds);
    }
}
