using Common;

namespace Host.Run;

/// <summary>Colours, where there is somebody to see them.</summary>
internal sealed class Terminal(TextWriter writer, bool useColour)
{
    private const string Reset = "\e[0m";

    public void Line(string text = "") => writer.WriteLine(PlainText.Of(text));

    public void Good(string text) => Paint("\e[32m", text);

    public void Bad(string text) => Paint("\e[31m", text);

    public void Warn(string text) => Paint("\e[33m", text);

    public void Dim(string text) => Paint("\e[2m", text);

    public void Strong(string text) => Paint("\e[1m", text);

    private void Paint(string colour, string text) =>
        writer.WriteLine(useColour ? $"{colour}{PlainText.Of(text)}{Reset}" : PlainText.Of(text));
}
