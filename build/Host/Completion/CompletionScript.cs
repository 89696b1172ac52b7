using Host.Parameters;
using Nuke.Common.Execution;

namespace Host.Completion;

/// <summary>
/// The script that completes words in a shell. It holds all it needs, apart from the profiles that it finds as files:
/// completing a word neither compiles nor starts the build.
/// </summary>
internal static class CompletionScript
{
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "pwsh"];

    public static string Render(
        string shell, IReadOnlyList<ExecutableTarget> targets, IReadOnlyList<ParameterDeclaration> parameters)
    {
        var words = CompletionWords.Read(targets, parameters);
        return shell switch
        {
            "bash" => BashCompletion.Render(words),
            "zsh" => ZshCompletion.Render(words),
            _ => PowerShellCompletion.Render(words),
        };
    }
}
