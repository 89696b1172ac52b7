namespace Runbook.Steps;

/// <summary>Rate and estimate of a replay, from the first position that was seen on.</summary>
public sealed class ReplayRate
{
    // Over less than this a rate is noise.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private ulong _from;
    private TimeSpan _since;

    /// <summary>Bytes a second since the first position; 0 while that says nothing.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>Percent of the way from the first position to the end; null when the end is unknown.</summary>
    public double? Percent { get; private set; }

    /// <summary>How long it will go on; null when that cannot be told.</summary>
    public TimeSpan? Left { get; private set; }

    /// <summary>Takes a position at a moment.</summary>
    public void Add(ReplayProgress progress, TimeSpan at)
    {
        // Positions begin again when another replay does.
        if (_from == 0 || progress.At < _from)
            (_from, _since) = (progress.At, at);
        var done = progress.At - _from;
        var took = at - _since;
        BytesPerSecond = took >= Shortest ? done / took.TotalSeconds : 0;
        // The expected end is the least that must be reached; replay may go on behind it.
        var way = progress.EndAt > _from ? progress.EndAt - _from : 0;
        Percent = progress.EndAt == 0 ? null : way == 0 || done >= way ? 100 : 100.0 * done / way;
        Left = BytesPerSecond > 0 && way > done ? TimeSpan.FromSeconds((way - done) / BytesPerSecond) : null;
    }
}
