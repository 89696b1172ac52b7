namespace Runbook.Steps;

/// <summary>Tells work that goes on from work that only runs: by what it says of its position.</summary>
public sealed class StallWatch(TimeProvider time)
{
    /// <summary>Standing still for longer than this is called a stall.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private string _position = "";
    private long _since;
    private bool _said;

    /// <summary>Where it is. The same position again is no movement.</summary>
    /// <returns>How long it had stood, when that had been called a stall; null otherwise.</returns>
    public TimeSpan? At(string position)
    {
        lock (_lock)
        {
            if (position == _position)
                return null;
            TimeSpan? stood = _said ? time.GetElapsedTime(_since) : null;
            (_position, _since, _said) = (position, time.GetTimestamp(), false);
            return stood;
        }
    }

    /// <summary>It does something else now that has no position.</summary>
    public void Rest()
    {
        lock (_lock)
            (_position, _said) = ("", false);
    }

    /// <summary>It moved although it has not said so: in the middle of a large file, for example.</summary>
    public void MovedAgo(TimeSpan ago)
    {
        lock (_lock)
        {
            var since = time.GetTimestamp() - (long)(ago.TotalSeconds * time.TimestampFrequency);
            _since = Math.Max(_since, since);
        }
    }

    /// <summary>How long it has stood, when that is a stall and has not been called one yet; null otherwise.</summary>
    public TimeSpan? Suspected
    {
        get
        {
            lock (_lock)
                return _position.Length > 0 && !_said && time.GetElapsedTime(_since) is var stood && stood >= Limit ? stood : null;
        }
    }

    /// <summary>The stall was told to the operator.</summary>
    public void Said()
    {
        lock (_lock)
            _said = _position.Length > 0;
    }
}
