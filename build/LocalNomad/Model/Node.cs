namespace LocalNomad.Model;

internal sealed record Node
{
    public required string ID { get; init; }
    public required string Name { get; init; }
    public required string Datacenter { get; init; }
    public required string HTTPAddr { get; init; }
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
    public required IReadOnlyDictionary<string, DriverInfo> Drivers { get; init; }
    public required IReadOnlyDictionary<string, HostVolume> HostVolumes { get; init; }
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();
    public string NodeClass { get; init; } = "";
    public string SchedulingEligibility { get; init; } = "eligible";
    public string Status { get; init; } = "ready";
    public string StatusDescription { get; init; } = "";
    public bool Drain { get; init; }
    public bool TLSEnabled { get; init; }
    public long CreateIndex { get; init; } = 1;
    public long ModifyIndex { get; init; } = 1;
    public required long StatusUpdatedAt { get; init; }
}

internal sealed record DriverInfo(
    IReadOnlyDictionary<string, string> Attributes, bool Detected, bool Healthy, string HealthDescription, DateTime UpdateTime);

internal sealed record HostVolume(string Path, bool ReadOnly);
