using System.Buffers.Binary;

namespace LocalNomad.Protocol;

/// <summary>What a frame between CLI and agent carries.</summary>
internal enum FrameKind : byte
{
    /// <summary>The command line and what belongs to it, as JSON; the first frame of a connection.</summary>
    Request = 1,

    /// <summary>Bytes for the CLI's standard output.</summary>
    Output = 2,

    /// <summary>Bytes for the CLI's standard error.</summary>
    Error = 3,

    /// <summary>The exit code, as text; the last frame.</summary>
    Exit = 4,

    /// <summary>A program that the CLI is to become, as JSON; the last frame.</summary>
    Become = 5,
}

/// <summary>A length, a kind and that many bytes.</summary>
internal static class Frame
{
    private const int HeaderSize = 5;
    private const int MaxSize = 64 * 1024 * 1024;

    public static async Task WriteAsync(Stream stream, FrameKind kind, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var frame = new byte[HeaderSize + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        frame[4] = (byte)kind;
        content.CopyTo(frame.AsMemory(HeaderSize));
        await stream.WriteAsync(frame, cancellation);
    }

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The other side does not speak this protocol.</exception>
    public static async Task<(FrameKind Kind, byte[] Content)?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var header = new byte[HeaderSize];
        var read = await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellation);
        if (read < HeaderSize)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > MaxSize)
            throw new InvalidDataException($"A frame of {length} bytes.");
        var content = new byte[length];
        await stream.ReadExactlyAsync(content, cancellation);
        return ((FrameKind)header[4], content);
    }
}
