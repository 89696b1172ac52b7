using System.Text;
using System.Text.Json;
using LocalNomad.Commands;
using LocalNomad.Hcl;

namespace LocalNomad.Variables;

/// <summary>
/// What <c>var put</c> is given, by arguments, from files and from standard input. The CLI reads it: the agent has other
/// folders and rights.
/// </summary>
internal sealed class VariableInput
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly CommandLine _line;
    private readonly Stream _input;
    private readonly Action<string> _verbose;
    private string _format;
    private bool _inputRead;

    private VariableInput(CommandLine line, Stream input, Action<string> verbose)
    {
        (_line, _input, _verbose) = (line, input, verbose);
        _format = line.Text("in") ?? "json";
    }

    /// <exception cref="UsageException">Something is missing, cannot be read or not be understood.</exception>
    public static VariableSpecification Read(CommandLine line, Stream input, Action<string> verbose) => new VariableInput(line, input, verbose).Read();

    private VariableSpecification Read()
    {
        var words = _line.Arguments;
        if (words.Count == 1 && words[0] != "-" && !IsFile(words[0]))
            throw Help("Must supply data");
        if (_format is not ("json" or "hcl"))
            throw Help("Invalid value for \"-in\"; valid values are [hcl, json]");
        string path = "", content = "";
        if (words[0] == "-" || IsFile(words[0]))
        {
            content = Specification(words[0]);
        }
        else
        {
            path = words[0].Trim().Trim('/');
            _verbose($"Writing to path \"{path}\"");
        }

        var rest = words.Skip(1).ToList();
        if (rest.Count > 0 && (rest[0] == "-" || IsFile(rest[0])))
        {
            content = Specification(rest[0]);
            rest.RemoveAt(0);
        }

        var specification = Parse(content, path);
        var items = (specification.Items ?? new Dictionary<string, string>()).ToDictionary(StringComparer.Ordinal);
        foreach (var (key, value) in Pairs(rest))
        {
            // An empty value takes an item away.
            if (value.Length > 0)
                items[key] = value;
            else
                _verbose(items.Remove(key) ? $"Removed item \"{key}\"" : $"Item \"{key}\" does not exist, continuing...");
        }

        return specification with { Items = items };
    }

    private static bool IsFile(string word) => word.StartsWith('@');

    private string Specification(string word)
    {
        if (word == "-")
        {
            _verbose($"Reading whole {_format.ToUpperInvariant()} variable specification from stdin");
            return Try("Error reading from stdin", ReadInput);
        }

        var path = word[1..];
        _format = Path.GetExtension(path) switch
        {
            ".json" => "json",
            ".hcl" => "hcl",
            _ => throw _line.Misuse($"Unable to determine format of {path}; Use the -in flag to specify it."),
        };
        _verbose($"Reading whole {_format.ToUpperInvariant()} variable specification from \"{path}\"");
        return Try($"Error reading \"{path}\"", () => ReadFile(path));
    }

    private VariableSpecification Parse(string content, string path)
    {
        if (content.Length == 0)
            return new VariableSpecification { Path = path };
        VariableSpecification read;
        try
        {
            read = _format == "hcl"
                ? VariableSpecification.FromHcl(content)
                : JsonSerializer.Deserialize(content, SpecificationJson.Default.VariableSpecification) ?? new VariableSpecification();
        }
        catch (HclException error)
        {
            throw _line.Misuse($"Failed to parse variable data: error parsing hcl: {error.Message}");
        }
        catch (JsonException error)
        {
            throw _line.Misuse($"Failed to parse variable data: error unmarshaling json: {error.Message}");
        }

        // Another path than the one that was written down: a copy, which has no past.
        return path.Length > 0 && path != read.Path ? read with { Path = path, ModifyIndex = 0 } : read;
    }

    private Dictionary<string, string> Pairs(IEnumerable<string> words)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in words.Where(word => word.Length > 0))
        {
            try
            {
                Add(pairs, word);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or JsonException or DecoderFallbackException)
            {
                // Only up to the sign: what stands behind it may be the secret itself.
                throw _line.Misuse($"Failed to parse K=V data: invalid key/value pair \"{word.Split('=', 2)[0]}\": {error.Message}");
            }
        }

        return pairs;
    }

    private void Add(Dictionary<string, string> pairs, string word)
    {
        if (word == "-" || (IsFile(word) && !word.Contains('=', StringComparison.Ordinal)))
        {
            var content = word == "-" ? ReadInput() : ReadFile(word[1..]);
            foreach (var (key, value) in JsonSerializer.Deserialize(content, SpecificationJson.Default.DictionaryStringString) ?? [])
                pairs[key] = value;
            return;
        }

        var pair = word.Split('=', 2);
        if (pair.Length != 2)
            throw new FormatException("format must be key=value");
        var given = pair[1] switch
        {
            "-" => ReadInput(),
            ['@', .. var file] => ReadFile(file),
            ['\\', '@', ..] => pair[1][1..],
            _ => pair[1],
        };
        if (!pairs.TryAdd(pair[0], given))
            throw new FormatException("it is given twice");
    }

    private string ReadInput()
    {
        if (_inputRead)
            throw new FormatException("stdin already consumed");
        _inputRead = true;
        using var all = new MemoryStream();
        _input.CopyTo(all);
        return Strict.GetString(all.GetBuffer(), 0, (int)all.Length);
    }

    private static string ReadFile(string path)
    {
        try
        {
            return Strict.GetString(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"error reading file: open {path}: no such file or directory", error);
        }
    }

    private string Try(string what, Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or DecoderFallbackException)
        {
            throw _line.Misuse($"{what}: {error.Message}");
        }
    }

    private UsageException Help(string message) => _line.Misuse($"{message}\nFor additional help try 'nomad {_line.Spec.Name} -help'");
}
