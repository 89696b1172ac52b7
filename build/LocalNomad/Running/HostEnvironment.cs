using System.Collections;

namespace LocalNomad.Running;

/// <summary>The environment that this process was started with.</summary>
internal static class HostEnvironment
{
    public static IReadOnlyDictionary<string, string> Current { get; } = Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
