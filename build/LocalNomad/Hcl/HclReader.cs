namespace LocalNomad.Hcl;

/// <summary>A cursor over source text that knows its line and column and skips blanks and comments.</summary>
internal sealed class HclReader(string file, string text)
{
    private int _offset;
    private int _line = 1;
    private int _column = 1;

    public const char End = '\0';

    public char Current => _offset < text.Length ? text[_offset] : End;

    public bool AtEnd => _offset >= text.Length;

    public HclPosition Position => new(file, _line, _column);

    public char Peek(int ahead = 1) => _offset + ahead < text.Length ? text[_offset + ahead] : End;

    public bool LooksAt(string word) => string.CompareOrdinal(text, _offset, word, 0, word.Length) == 0;

    public char Next()
    {
        var c = text[_offset++];
        if (c == '\n')
        {
            _line++;
            _column = 1;
        }
        else
        {
            _column++;
        }

        return c;
    }

    public void Skip(int count)
    {
        for (; count > 0; count--)
            Next();
    }

    public string RestOfLine()
    {
        var end = text.IndexOf('\n', _offset);
        var line = end < 0 ? text[_offset..] : text[_offset..end];
        Skip(line.Length);
        return line;
    }

    /// <summary>Skips blanks and comments; line ends too where they mean nothing (inside brackets).</summary>
    public void SkipBlanks(bool lineEnds)
    {
        while (!AtEnd)
        {
            if (Current is ' ' or '\t' or '\r' || (lineEnds && Current == '\n'))
                Next();
            else if (Current == '#' || (Current == '/' && Peek() == '/'))
                RestOfLine();
            else if (Current == '/' && Peek() == '*')
                SkipBlockComment();
            else
                return;
        }
    }

    private void SkipBlockComment()
    {
        var start = Position;
        Skip(2);
        while (!LooksAt("*/"))
        {
            if (AtEnd)
                throw new HclException(start, "Unterminated comment", "The file ends before the comment does.");
            Next();
        }

        Skip(2);
    }
}
