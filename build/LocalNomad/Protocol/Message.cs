using System.Text;

namespace LocalNomad.Protocol;

/// <summary>
/// The content of a frame that has parts. Not JSON: both sides are the same program, and a JSON serializer would double
/// the time that a command takes from start to end.
/// </summary>
internal static class Message
{
    public static byte[] Encode(Action<MessageWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
            write(new MessageWriter(writer));
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">It is not such a message.</exception>
    public static T Decode<T>(byte[] message, Func<MessageReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(message), Encoding.UTF8);
        try
        {
            var decoded = read(new MessageReader(reader));
            return reader.BaseStream.Position == message.Length ? decoded : throw new InvalidDataException("A message that goes on after its end.");
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("A message that cannot be read.", error);
        }
    }
}

/// <summary>The parts of a message, one after the other.</summary>
internal sealed class MessageWriter(BinaryWriter to)
{
    public void Write(bool flag) => to.Write(flag);

    public void Write(long number) => to.Write(number);

    public void Write(string? text)
    {
        to.Write(text is not null);
        if (text is not null)
            to.Write(text);
    }

    public void Write(IReadOnlyList<string> texts)
    {
        to.Write(texts.Count);
        foreach (var text in texts)
            to.Write(text);
    }

    public void Write(IReadOnlyDictionary<string, string>? map)
    {
        to.Write(map?.Count ?? -1);
        foreach (var (key, value) in map ?? new Dictionary<string, string>())
        {
            to.Write(key);
            to.Write(value);
        }
    }
}

/// <summary>Reads what a <see cref="MessageWriter"/> wrote, in its order.</summary>
internal sealed class MessageReader(BinaryReader from)
{
    public bool ReadFlag() => from.ReadBoolean();

    public long ReadNumber() => from.ReadInt64();

    public string? ReadText() => from.ReadBoolean() ? from.ReadString() : null;

    public IReadOnlyList<string> ReadTexts()
    {
        var texts = new List<string>();
        for (var left = from.ReadInt32(); left > 0; left--)
            texts.Add(from.ReadString());
        return texts;
    }

    public Dictionary<string, string>? ReadMap()
    {
        var left = from.ReadInt32();
        if (left < 0)
            return null;
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        for (; left > 0; left--)
            map[from.ReadString()] = from.ReadString();
        return map;
    }
}
