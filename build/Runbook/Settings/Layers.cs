namespace Runbook.Settings;

/// <summary>Lays one file over another.</summary>
internal static class Layers
{
    /// <summary>Objects are merged key by key, all the way down; anything else replaces what was there.</summary>
    public static ObjectNode Merge(ObjectNode below, ObjectNode above)
    {
        var members = new Dictionary<string, ConfigNode>(below.Members);
        foreach (var (key, value) in above.Members)
            members[key] = value is ObjectNode upper && members.GetValueOrDefault(key) is ObjectNode lower
                ? Merge(lower, upper)
                : value;
        return new(above.Location, members);
    }
}
