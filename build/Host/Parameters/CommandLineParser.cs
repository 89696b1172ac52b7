using Host.Words;

namespace Host.Parameters;

/// <summary>
/// Takes the command line apart. Targets and options stand in any order; whatever is not understood is a problem,
/// because a wrong word may be the one that would have chosen another backup.
/// </summary>
internal sealed class CommandLineParser
{
    private readonly Dictionary<string, OptionSpec> _options;
    private readonly IReadOnlyList<string> _targetNames;
    private readonly List<string> _targets = [];
    private readonly Dictionary<string, RawValue> _values = [];
    private readonly List<Problem> _problems = [];
    private readonly IReadOnlyList<string> _words;
    private int _next;

    private CommandLineParser(
        IReadOnlyList<string> words, IEnumerable<OptionSpec> options, IReadOnlyList<string> targetNames)
    {
        _words = words;
        _options = options.ToDictionary(x => x.Word);
        _targetNames = targetNames;
    }

    public static CommandLine Parse(
        IReadOnlyList<string> words, IEnumerable<OptionSpec> options, IReadOnlyList<string> targetNames) =>
        new CommandLineParser(words, options, targetNames).Parse();

    private CommandLine Parse()
    {
        while (_next < _words.Count)
        {
            var word = _words[_next++];
            if (word.StartsWith("--", StringComparison.Ordinal))
                ReadOption(word[2..]);
            else if (word is "-h" or "-?")
                ReadOption("help");
            else if (word.StartsWith('-'))
                Add($"Unknown option '{word}'.{Hint(word)}");
            else
                ReadTarget(word, mayRepeat: false);
        }

        return new CommandLine(_targets, _values, _problems);
    }

    private void ReadTarget(string word, bool mayRepeat)
    {
        if (FindTarget(word) is not { } target)
            Add(word.Length == 0 ? "A target is empty." : UnknownTarget(word));
        else if (!_targets.Contains(target))
            _targets.Add(target);
        else if (!mayRepeat)
            Add($"Target '{target}' is named twice, but would run once.");
    }

    private void ReadOption(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        var joined = equals < 0 ? null : text[(equals + 1)..];
        if (!_options.TryGetValue(name, out var option))
        {
            Add(name.Length == 0 ? "'--' alone has no meaning here." : $"Unknown option '--{name}'.{Hint(name)}");
            SkipValueOfUnknown(name, joined);
            return;
        }

        var value = joined ?? TakeValue(option);
        if (value is null && option.Arity is OptionArity.One or OptionArity.Many)
            Add($"--{option.Word} has no value.{JoinHint(option)}");
        else if (value is { Length: 0 })
            Add($"--{option.Word} has an empty value.");
        else if (option.Word == HostOptions.Target.Word)
            Array.ForEach(value!.Split('+', ','), x => ReadTarget(x, mayRepeat: false));
        else
            Store(option, value);
    }

    private void Store(OptionSpec option, string? value)
    {
        string[] words = value is null ? [] : [value];
        if (!_values.TryGetValue(option.Word, out var earlier))
            _values[option.Word] = new RawValue(words, option.Source);
        else if (option.Arity == OptionArity.Many)
            _values[option.Word] = earlier with { Words = [.. earlier.Words, .. words] };
        else
            Add($"--{option.Word} is given twice.");
    }

    private string? TakeValue(OptionSpec option)
    {
        if (_next >= _words.Count)
            return null;
        var word = _words[_next];
        var takes = option.Arity switch
        {
            OptionArity.Flag => word.ToUpperInvariant() is "TRUE" or "FALSE" && FindTarget(word) is null,
            OptionArity.MaybeTargets => word.Split('+', ',').All(x => FindTarget(x) is not null),
            _ => !LooksLikeOption(word),
        };
        return takes ? _words[_next++] : null;
    }

    // A negative number and the lone dash of standard input are values.
    private static bool LooksLikeOption(string word) =>
        word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    private string JoinHint(OptionSpec option) => _next < _words.Count
        ? $" If '{_words[_next]}' is meant as the value, write --{option.Word}={_words[_next]}."
        : "";

    // Without this the value of a misspelt option would be reported as an unknown target on top.
    private void SkipValueOfUnknown(string name, string? joined)
    {
        if (joined is null && _next < _words.Count && !LooksLikeOption(_words[_next]) && FindTarget(_words[_next]) is null
            && NearestWord.Find(name, _options.Keys) is { } nearest && _options[nearest].Arity != OptionArity.Flag)
            _next++;
    }

    private string? FindTarget(string word)
    {
        var plain = word.Replace("-", "", StringComparison.Ordinal);
        return _targetNames.FirstOrDefault(x => x.Equals(plain, StringComparison.OrdinalIgnoreCase));
    }

    private string UnknownTarget(string word) => _options.ContainsKey(word)
        ? $"Unknown target '{word}'. The option is written --{word}."
        : $"Unknown target '{word}'.{NearestWord.Hint(word, _targetNames)}";

    private string Hint(string word) => NearestWord.Hint(word, _options.Keys.Select(x => $"--{x}"));

    private void Add(string text) => _problems.Add(new Problem(text));
}
