using System.Buffers;
using System.Text;

namespace Common;

/// <summary>Text files that a person wrote: UTF-8, with or without a byte order mark; anything else is refused with its place.</summary>
internal static class Utf8Text
{
    /// <summary>The content without the mark that some editors put in front of it.</summary>
    public static byte[] WithoutMark(byte[] content) =>
        content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;

    /// <summary>The first byte that is not UTF-8; null when all are.</summary>
    /// <param name="content">Of a file.</param>
    /// <returns>Line and column, both from 1, and what is wrong there.</returns>
    public static (int Line, int Column, string Problem)? Problem(ReadOnlySpan<byte> content)
    {
        if (content is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
            return (1, 1, "the file is UTF-16; save it as UTF-8");
        var (line, column) = (1, 1);
        for (var rest = content; rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var length) != OperationStatus.Done)
                return (line, column, $"byte 0x{rest[0]:x2} is not UTF-8; save the file as UTF-8");
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
            rest = rest[length..];
        }

        return null;
    }
}
