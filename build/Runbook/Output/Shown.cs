using Common;

namespace Runbook.Output;

/// <summary>What a person is shown: text of Nomad, the server, other operators and programs cannot take hold of the terminal.</summary>
public static class Shown
{
    /// <summary>Text of several lines; control characters are written out.</summary>
    public static string Text(string text) => PlainText.Of(text);

    /// <summary>Text in one line; line feeds are written out, too.</summary>
    public static string Line(string text) => PlainText.Line(text);
}
