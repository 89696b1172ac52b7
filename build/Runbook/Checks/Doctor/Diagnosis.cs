namespace Runbook.Checks;

/// <summary>How something is that a cluster needs.</summary>
public enum DoctorState
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It could not be looked at; that is nothing wrong by itself.</summary>
    Unknown,

    /// <summary>It works, and something is better changed.</summary>
    Warn,

    /// <summary>A cluster cannot run like that, or is in danger.</summary>
    Fail,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="State">How it is.</param>
/// <param name="Place">machine, settings, nomad, node or host.</param>
/// <param name="Check">What was looked at, in words that do not change.</param>
/// <param name="Found">What was found.</param>
public sealed record Diagnosis(DoctorState State, string Place, string Check, string Found)
{
    /// <summary>What is needed; empty where what was found says it.</summary>
    public string Needed { get; init; } = "";

    /// <summary>What to do; empty where nothing is to be done.</summary>
    public string Remedy { get; init; } = "";
}
