namespace Tests.EndToEnd;

/// <summary>What the table of the kill test says about a run.</summary>
internal sealed class KillRow(int seed)
{
    public string Procedure { get; set; } = "";

    public string Victim { get; set; } = "";

    /// <summary>When it was struck, and in which phase the restore was.</summary>
    public string Moment { get; set; } = "";

    /// <summary>What was typed then, and the exit codes of all that was typed, the struck one first.</summary>
    public string Ending { get; set; } = "";

    /// <summary>What the struck procedure printed.</summary>
    public string Said { get; set; } = "";

    /// <summary>Something was killed; the others had ended before.</summary>
    public bool Landed { get; set; }

    public double Seconds { get; set; }

    public Exception? Failure { get; set; }

    public static string Head => Line("seed", "procedure", "victim", "killed at", "then", "s", "rows");

    public override string ToString() =>
        Line($"{seed}", Procedure, Victim, Moment, Ending, $"{Seconds:0}", Failure is null ? "right" : "FAILED");

    private static string Line(string seed, string procedure, string victim, string moment, string then, string seconds, string rows) =>
        $"{seed,-11}{procedure,-36}{victim,-14}{moment,-20}{then,-20}{seconds,4}  {rows}";
}
