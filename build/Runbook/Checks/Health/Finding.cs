using System.Collections.Immutable;

namespace Runbook.Checks;

/// <summary>How bad something is; the worst one decides how <c>Check</c> ends.</summary>
public enum HealthLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Look at it today.</summary>
    Warning,

    /// <summary>Data is in danger, or nobody is served.</summary>
    Critical,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Check">What was looked at, in a word that does not change.</param>
/// <param name="Measured">What was found, for people.</param>
public sealed record Finding(HealthLevel Level, string Check, string Measured)
{
    /// <summary>Number of the repository that it is about; null when it is about none.</summary>
    public int? Repository { get; init; }

    /// <summary>Against what it was measured; empty when that needs no words.</summary>
    public string Threshold { get; init; } = "";

    /// <summary>The next command to type, or what to do; empty when nothing is due.</summary>
    public string Next { get; init; } = "";

    /// <summary>What was measured, for programs.</summary>
    public ImmutableArray<Measure> Measures { get; init; } = [];
}

/// <summary>A measured value.</summary>
public sealed record Measure(Metric Metric, double Value);

/// <summary>A quantity that is measured. Names are stable: others have alarms on them.</summary>
/// <param name="Name">Without the prefix that all of them share.</param>
/// <param name="Help">What it is, with its unit.</param>
/// <param name="Type">gauge or counter.</param>
public sealed record Metric(string Name, string Help, string Type = "gauge")
{
    /// <summary>A value of it.</summary>
    public Measure Of(double value) => new(this, value);

    /// <summary>A length of time.</summary>
    public Measure Of(TimeSpan value) => new(this, Math.Floor(value.TotalSeconds));

    /// <summary>Yes or no.</summary>
    public Measure Of(bool value) => new(this, value ? 1 : 0);
}
