using System.Text;

namespace Host.Completion;

internal static class ZshCompletion
{
    public static string Render(CompletionWords words)
    {
        var cases = new StringBuilder();
        foreach (var (option, values) in words.Values)
            cases.Append($"    {option}) compadd -- {List(values)} ;;\n");
        if (words.Free.Count > 0)
            cases.Append($"    {string.Join('|', words.Free)}) _files ;;\n");
        return $$"""
            # Completion of build.sh for zsh. In ~/.zshrc: eval "$(./build.sh --completion zsh)"
            _nuke_build() {
              local option=${words[CURRENT-1]}
              if compset -P '--*='; then option=${IPREFIX%=}; fi
              case $option in
            {{cases}}    --profile)
                  local -a profiles
                  profiles=(${${words[1]:A:h}:-.}/.nuke/parameters.*.json(N:t))
                  compadd -- ${${profiles#parameters.}%.json} ;;
                *)
                  if [[ ${words[CURRENT]} == -* ]]; then compadd -- {{List(words.Options)}}
                  else compadd -- {{List(words.Targets)}}; fi ;;
              esac
            }
            compdef _nuke_build build.sh

            """;
    }

    private static string List(IEnumerable<string> words) => string.Join(' ', words.Select(ShellQuote.Posix));
}
