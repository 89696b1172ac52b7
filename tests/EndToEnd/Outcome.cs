using System.Text.Json;

namespace Tests.EndToEnd;

/// <summary>What a run of the build left.</summary>
internal sealed record Outcome(string Command, int ExitCode, string Out, string Error)
{
    public string All => Out + "\n" + Error;

    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Out);
        return document.RootElement.Clone();
    }

    public override string ToString() => $"{Command}: exit code {ExitCode}\n--- out\n{Out}\n--- error\n{Error}";
}
