namespace Host.Run;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUse = 2;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
