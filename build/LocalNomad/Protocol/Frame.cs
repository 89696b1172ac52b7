using System.Buffers.Binary;

namespace LocalNomad.Protocol;

/// <summary>What a frame between CLI and agent carries.</summary>
internal enum FrameKind : byte
{
    /// <summary>The command line and what belongs to it, the first frame of a connection.</summary>
    Request = 1,

    /// <summary>Bytes for the CLI's standard output.</summary>
    Output = 2,

    /// <summary>Bytes for the CLI's standard error.</summary>
    Error = 3,

    /// <summary>The exit code, as text; the last frame.</summary>
    Exit = 4,

    /// <summary>A program that the CLI is to become; the last frame.</summary>
    Become = 5,
}

/// <summary>A length, a kind and that many bytes.</summary>
internal static class Frame
{
    private const int HeaderSize = 5;
    private const int MaxSize = 64 * 1024 * 1024;

    public static async Task WriteAsync(Stream stream, FrameKind kind, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        await stream.WriteAsync(Encode(kind, content.Span), cancellation);

    /// <summary>For the CLI, which has nothing else to do and starts faster without the asynchronous machinery.</summary>
    public static void Write(Stream stream, FrameKind kind, ReadOnlySpan<byte> content) => stream.Write(Encode(kind, content));

    /// <summary>As <see cref="ReadAsync"/>, for the CLI.</summary>
    public static (FrameKind Kind, byte[] Content)? Read(Stream stream)
    {
        var header = new byte[HeaderSize];
        if (stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize)
            return null;
        var content = new byte[LengthIn(header)];
        stream.ReadExactly(content);
        return ((FrameKind)header[4], content);
    }

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The other side does not speak this protocol.</exception>
    public static async Task<(FrameKind Kind, byte[] Content)?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var header = new byte[HeaderSize];
        var read = await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellation);
        if (read < HeaderSize)
            return null;
        var content = new byte[LengthIn(header)];
        await stream.ReadExactlyAsync(content, cancellation);
        return ((FrameKind)header[4], content);
    }

    private static byte[] Encode(FrameKind kind, ReadOnlySpan<byte> content)
    {
        var frame = new byte[HeaderSize + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        frame[4] = (byte)kind;
        content.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    private static int LengthIn(byte[] header) => BinaryPrimitives.ReadInt32LittleEndian(header) is var length and >= 0 and <= MaxSize
        ? length
        : throw new InvalidDataException("A frame that is too large to be one.");
}
