using System.Text;

namespace Host.Completion;

internal static class BashCompletion
{
    public static string Render(CompletionWords words)
    {
        var cases = new StringBuilder();
        foreach (var (option, values) in words.Values)
            cases.Append($"    {option}) words={ShellQuote.Posix(string.Join(' ', values))} ;;\n");
        if (words.Free.Count > 0)
            cases.Append($"    {string.Join('|', words.Free)}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n");
        return $$"""
            # Completion of build.sh for bash. In ~/.bashrc: eval "$(./build.sh --completion bash)"
            _nuke_build() {
              local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]} words file
              # Bash splits words at '=': --option=value arrives in three parts.
              if [ "$word" = '=' ]; then word=
              elif [ "$option" = '=' ]; then option=${COMP_WORDS[COMP_CWORD-2]}; fi
              case $option in
            {{cases}}    --profile)
                  words=
                  for file in "$(dirname -- "${COMP_WORDS[0]}")"/.nuke/parameters.*.json; do
                    [ -e "$file" ] || continue
                    file=${file##*/parameters.}
                    words="$words ${file%.json}"
                  done ;;
                *)
                  case $word in
                    -*) words={{ShellQuote.Posix(string.Join(' ', words.Options))}} ;;
                    *) words={{ShellQuote.Posix(string.Join(' ', words.Targets))}} ;;
                  esac ;;
              esac
              COMPREPLY=($(compgen -W "$words" -- "$word"))
            }
            complete -F _nuke_build build.sh

            """;
    }
}
