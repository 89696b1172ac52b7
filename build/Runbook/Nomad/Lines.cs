namespace Runbook.Nomad;

/// <summary>The lines of a child's output, each passed on once whichever way it arrives: followed, or read from the whole log.</summary>
/// <param name="onLine">Receives them; null when nobody wants them.</param>
/// <param name="leaveAt">Tells the line after which the child may be left alone.</param>
internal sealed class Lines(Action<string>? onLine, Func<string, bool>? leaveAt)
{
    private readonly Lock _lock = new();
    private int _followed;
    private int _passed;
    private bool _left;

    public bool AreWanted => onLine is not null || MayLeave;

    public bool MayLeave => leaveAt is not null;

    /// <summary>The line was seen after which the child may be left alone.</summary>
    public bool Left
    {
        get
        {
            lock (_lock)
                return _left;
        }
    }

    /// <summary>Takes a line that the follower brought; it follows from the beginning of the log.</summary>
    public void Live(string line)
    {
        lock (_lock)
        {
            if (++_followed > _passed)
                Pass(line);
        }
    }

    /// <summary>Takes the whole log; while the task runs its last line may be half written.</summary>
    public void Whole(string output, bool ended)
    {
        lock (_lock)
        {
            foreach (var line in output.Split('\n').SkipLast(ended && !output.EndsWith('\n') ? 0 : 1).Skip(_passed))
                Pass(line);
        }
    }

    private void Pass(string line)
    {
        _passed++;
        _left |= leaveAt?.Invoke(line) == true;
        onLine?.Invoke(line);
    }
}
