using System.Globalization;
using System.Text;

namespace LocalNomad.Hcl;

/// <summary>
/// Parses the part of HCL2 that job files consist of: blocks, attributes and literal values. Expressions that
/// would have to be evaluated (functions, variables, operators, directives) are refused with their place.
/// </summary>
internal sealed class HclParser
{
    private readonly HclReader _reader;

    private HclParser(string file, string text) => _reader = new HclReader(file, text);

    /// <exception cref="HclException">The text is not of that language, or uses a part that is not supported.</exception>
    public static HclBody Parse(string file, string text)
    {
        var parser = new HclParser(file, text);
        var body = parser.ParseBody(nested: false);
        return body;
    }

    private HclBody ParseBody(bool nested)
    {
        var position = _reader.Position;
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        while (true)
        {
            _reader.SkipBlanks(lineEnds: true);
            if (_reader.AtEnd)
            {
                return nested
                    ? throw Error("Unclosed configuration block", "There is no closing brace for this block before the end of the file.", position)
                    : new HclBody(attributes, blocks, position);
            }

            if (_reader.Current == '}' && nested)
                return new HclBody(attributes, blocks, position);
            ParseMember(attributes, blocks);
            ExpectLineEnd(nested);
        }
    }

    private void ParseMember(List<HclAttribute> attributes, List<HclBlock> blocks)
    {
        var position = _reader.Position;
        if (!IsIdentifierStart(_reader.Current))
            throw Error("Argument or block definition required", $"An argument or block definition is required here, not \"{_reader.Current}\".", position);
        var name = ReadIdentifier();
        _reader.SkipBlanks(lineEnds: false);
        if (_reader.Current == '=' && _reader.Peek() != '=')
        {
            _reader.Next();
            _reader.SkipBlanks(lineEnds: false);
            if (attributes.Exists(a => a.Name == name))
                throw Error("Attribute redefined", $"The argument \"{name}\" was already set. Each argument may be set only once.", position);
            attributes.Add(new HclAttribute(name, ParseValue(), position));
            return;
        }

        var labels = new List<string>();
        while (_reader.Current != '{')
        {
            labels.Add(_reader.Current == '"' ? ParseLabel()
                : IsIdentifierStart(_reader.Current) ? ReadIdentifier()
                : throw Error("Invalid block definition", "Either a quoted string block label or an opening brace (\"{\") is expected here.", _reader.Position));
            _reader.SkipBlanks(lineEnds: false);
        }

        _reader.Next();
        var body = ParseBlockBody(name);
        blocks.Add(new HclBlock(name, labels, body, position));
    }

    private HclBody ParseBlockBody(string name)
    {
        _reader.SkipBlanks(lineEnds: false);
        if (_reader.Current is '\n' or '}' || _reader.AtEnd)
        {
            var body = ParseBody(nested: true);
            _reader.Next();
            return body;
        }

        // On one line the language allows a single argument, no more.
        var position = _reader.Position;
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        ParseMember(attributes, blocks);
        if (blocks.Count > 0)
        {
            throw Error("Argument definition required",
                "A single-line block definition can contain only a single argument. To define a nested block, place it on a line of its own within its parent block.", position);
        }

        _reader.SkipBlanks(lineEnds: false);
        if (_reader.Current != '}')
        {
            throw Error("Invalid single-argument block definition",
                $"A single-line block definition (\"{name}\") must end with a closing brace immediately after its single argument definition.", _reader.Position);
        }

        _reader.Next();
        return new HclBody(attributes, blocks, position);
    }

    private void ExpectLineEnd(bool nested)
    {
        _reader.SkipBlanks(lineEnds: false);
        if (_reader.AtEnd || _reader.Current == '\n' || (nested && _reader.Current == '}'))
            return;
        throw Error("Missing newline after argument", "An argument or block definition must end with a newline.", _reader.Position);
    }

    private HclValue ParseValue()
    {
        var position = _reader.Position;
        switch (_reader.Current)
        {
            case '"':
                return new HclString(ParseQuoted(), position);
            case '<' when _reader.Peek() == '<':
                return new HclString(HclHeredoc.Read(_reader), position);
            case '[':
                return new HclList(ParseItems(), position);
            case '{':
                return new HclObject(ParseObjectItems(), position);
            case '-':
                _reader.Next();
                return new HclNumber(-ReadNumber(position), position);
        }

        if (char.IsAsciiDigit(_reader.Current))
            return new HclNumber(ReadNumber(position), position);
        if (!IsIdentifierStart(_reader.Current))
            throw Error("Invalid expression", "Expected the start of an expression, but found an invalid expression token.", position);
        var word = ReadIdentifier();
        return word switch
        {
            "true" => new HclBool(true, position),
            "false" => new HclBool(false, position),
            "null" => new HclNull(position),
            _ => throw Error("Unsupported expression", $"\"{word}\" would have to be evaluated; only literal values are understood here.", position),
        };
    }

    private List<HclValue> ParseItems()
    {
        _reader.Next();
        var items = new List<HclValue>();
        while (true)
        {
            _reader.SkipBlanks(lineEnds: true);
            if (_reader.Current == ']')
                break;
            items.Add(ParseValue());
            _reader.SkipBlanks(lineEnds: true);
            if (_reader.Current == ',')
                _reader.Next();
            else if (_reader.Current != ']')
                throw Error("Missing item separator", "Expected a comma to mark the beginning of the next item.", _reader.Position);
        }

        _reader.Next();
        return items;
    }

    private List<HclObjectItem> ParseObjectItems()
    {
        _reader.Next();
        var items = new List<HclObjectItem>();
        while (true)
        {
            _reader.SkipBlanks(lineEnds: true);
            if (_reader.Current == '}')
                break;
            var position = _reader.Position;
            var key = _reader.Current == '"' ? ParseQuoted()
                : IsIdentifierStart(_reader.Current) ? ReadIdentifier()
                : throw Error("Invalid object key", "Expected an attribute name, quoted or not.", position);
            _reader.SkipBlanks(lineEnds: false);
            if (_reader.Current is not ('=' or ':'))
                throw Error("Missing key/value separator", "Expected an equals sign (\"=\") to mark the beginning of the attribute value.", _reader.Position);
            _reader.Next();
            _reader.SkipBlanks(lineEnds: false);
            items.Add(new HclObjectItem(key, ParseValue(), position));
            _reader.SkipBlanks(lineEnds: false);
            if (_reader.Current is ',' or '\n')
                _reader.Next();
            else if (_reader.Current != '}')
                throw Error("Missing attribute separator", "Expected a newline or comma to mark the beginning of the next attribute.", _reader.Position);
        }

        _reader.Next();
        return items;
    }

    private string ParseLabel()
    {
        var position = _reader.Position;
        var label = ParseQuoted();
        return label.Contains("${", StringComparison.Ordinal)
            ? throw Error("Invalid string literal", "Template sequences are not allowed in this string.", position)
            : label;
    }

    private string ParseQuoted()
    {
        var start = _reader.Position;
        _reader.Next();
        var text = new StringBuilder();
        while (true)
        {
            if (_reader.AtEnd || _reader.Current == '\n')
                throw Error("Unterminated string", "The string has no closing quote on its line.", start);
            if (_reader.Current == '"')
            {
                _reader.Next();
                return text.ToString();
            }

            if (_reader.Current == '\\')
                HclTemplate.ReadEscape(_reader, text);
            else
                HclTemplate.ReadPart(_reader, text);
        }
    }

    private decimal ReadNumber(HclPosition position)
    {
        var digits = new StringBuilder();
        while (char.IsAsciiDigit(_reader.Current) || _reader.Current is '.' or 'e' or 'E')
            digits.Append(_reader.Next());
        return decimal.TryParse(digits.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Error("Invalid number", $"\"{digits}\" is not a number.", position);
    }

    private string ReadIdentifier()
    {
        var name = new StringBuilder();
        while (IsIdentifierStart(_reader.Current) || char.IsAsciiDigit(_reader.Current) || _reader.Current == '-')
            name.Append(_reader.Next());
        return name.ToString();
    }

    private static bool IsIdentifierStart(char c) => char.IsLetter(c) || c == '_';

    private static HclException Error(string summary, string detail, HclPosition position) => new(position, summary, detail);
}
