using System.Text;

namespace Host.Masking;

/// <summary>
/// Writes text with secrets replaced. A secret may arrive in pieces: an end that could be the beginning of one is held
/// back until what follows decides. What could take hold of the reader's terminal, or of the workflow that reads along, is written out.
/// </summary>
internal sealed class MaskingWriter : TextWriter
{
    private const string Mask = "***";

    private readonly SecretMasks _masks;
    private readonly StreamWriter _inner;
    private readonly Lock _gate = new();
    private string _held = "";

    private readonly SafeOutput _safe;

    public MaskingWriter(Stream stream, SecretMasks masks, bool inWorkflow = false)
    {
        _masks = masks;
        _safe = new SafeOutput(inWorkflow);
        _inner = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }

    public override Encoding Encoding => _inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine() => Write(CoreNewLine);

    public override void WriteLine(string? value) => Write(string.Concat(value, NewLine));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_gate)
        {
            var texts = _masks.Texts;
            if (texts.Count == 0 && _held.Length == 0)
                _inner.Write(_safe.Next(buffer));
            else
                WriteMasked(string.Concat(_held, buffer), texts);
        }
    }

    /// <summary>What is held back stays so: half a secret is not to be seen because somebody flushed.</summary>
    public override void Flush()
    {
        lock (_gate)
            _inner.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _inner.Write(_safe.Next(_held));
                _held = "";
                _inner.Flush();
            }
        }

        base.Dispose(disposing);
    }

    private void WriteMasked(string text, IReadOnlyList<string> secrets)
    {
        var result = new StringBuilder(text.Length);
        var i = 0;
        while (i < text.Length)
        {
            var rest = text.AsSpan(i);
            if (MayContinue(rest, secrets))
                break;
            var secret = Match(rest, secrets);
            if (secret is null)
                result.Append(text[i++]);
            else
                i += secret.Length;
            if (secret is not null)
                result.Append(Mask);
        }

        _held = text[i..];
        _inner.Write(_safe.Next(result.ToString()));
    }

    private static string? Match(ReadOnlySpan<char> text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (text.StartsWith(secret, StringComparison.Ordinal))
                return secret;
        }

        return null;
    }

    private static bool MayContinue(ReadOnlySpan<char> end, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret.Length > end.Length && secret.AsSpan().StartsWith(end, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
