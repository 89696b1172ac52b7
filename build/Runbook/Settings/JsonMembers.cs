using System.Text;
using System.Text.Json;

namespace Runbook.Settings;

/// <summary>Changes one member at the top of a JSON file and leaves every other character as it is, comments and layout too.</summary>
internal static class JsonMembers
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The text with a member set: in its place if it is there, else as the last one.</summary>
    /// <param name="json">An object that can be read.</param>
    /// <param name="name">Key that needs no escape.</param>
    /// <param name="value">Text that needs no escape.</param>
    public static byte[] Set(byte[] json, string name, string value)
    {
        var (members, end) = Scan(json);
        var quoted = $"\"{value}\"";
        if (members.Find(m => m.Name == name) is { } there)
            return Replace(json, (there.Value, there.End, quoted));
        var member = $"\"{name}\": {quoted}";
        var comma = members is [.., var last] && Comma(json, last.End, end) < 0 ? (last.End, last.End, ",") : (0, 0, "");
        var line = LineOf(json, end);
        if (line > 0 && IsBlank(json, line, end))
            return Replace(json, comma, (line, line, Indent(json, members) + member + NewLine(json)));
        return Replace(json, comma, (end, end, json[end - 1] == ' ' ? $"{member} " : $" {member} "));
    }

    /// <summary>The text without a member; as it was if there is none of this name.</summary>
    public static byte[] Remove(byte[] json, string name)
    {
        var (members, end) = Scan(json);
        var i = members.FindIndex(m => m.Name == name);
        if (i < 0)
            return json;
        var (_, start, _, stop) = members[i];
        var behind = Comma(json, stop, i + 1 < members.Count ? members[i + 1].Start : end);
        // Without a comma behind it, it is the last one, and the comma before it goes as well.
        var before = behind < 0 && i > 0 ? Comma(json, members[i - 1].End, start) : -1;
        if (behind >= 0)
            stop = behind + 1;
        var line = LineOf(json, start);
        var next = Array.IndexOf(json, (byte)'\n', stop) + 1;
        if (line > 0 && next > 0 && IsBlank(json, line, start) && IsBlank(json, stop, next))
            (start, stop) = (line, next);
        else
        {
            while (json[stop] == ' ')
                stop++;
        }

        return before < 0 ? Replace(json, (start, stop, "")) : Replace(json, (before, before + 1, ""), (start, stop, ""));
    }

    private static (List<Member> Members, int End) Scan(byte[] json)
    {
        var offset = json.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(json.AsSpan(offset), Options);
        reader.Read();
        var members = new List<Member>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, at) = (reader.GetString()!, offset + (int)reader.TokenStartIndex);
            reader.Read();
            var value = offset + (int)reader.TokenStartIndex;
            reader.Skip();
            var length = reader.ValueSpan.Length + (reader.TokenType == JsonTokenType.String ? 2 : 0);
            members.Add(new(name, at, value, offset + (int)reader.TokenStartIndex + length));
        }

        return (members, offset + (int)reader.TokenStartIndex);
    }

    // The comma between two members, outside of comments; below 0 when there is none.
    private static int Comma(byte[] json, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (json[i] == ',')
                return i;
            if (json[i] == '/')
                i = CommentEnd(json, i);
        }

        return -1;
    }

    private static int CommentEnd(byte[] json, int start)
    {
        var end = json[start + 1] == '/' ? "\n"u8 : "*/"u8;
        return start + 2 + json.AsSpan(start + 2).IndexOf(end) + end.Length - 1;
    }

    private static int LineOf(byte[] json, int position) => json.AsSpan(0, position).LastIndexOf((byte)'\n') + 1;

    private static bool IsBlank(byte[] json, int from, int to) => json.AsSpan(from, to - from).IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static string Indent(byte[] json, List<Member> members)
    {
        if (members is not [var first, ..] || LineOf(json, first.Start) is var line && (line == 0 || !IsBlank(json, line, first.Start)))
            return "  ";
        return Encoding.UTF8.GetString(json.AsSpan(line, first.Start - line));
    }

    private static string NewLine(byte[] json) => json.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";

    private static byte[] Replace(byte[] json, params ReadOnlySpan<(int Start, int End, string Text)> changes)
    {
        var result = new List<byte>(json.Length + 128);
        var at = 0;
        foreach (var (start, end, text) in changes)
        {
            result.AddRange(json.AsSpan(at, start - at));
            result.AddRange(Encoding.UTF8.GetBytes(text));
            at = end;
        }

        result.AddRange(json.AsSpan(at));
        return [.. result];
    }

    private sealed record Member(string Name, int Start, int Value, int End);
}
