using Xunit.v3;

namespace Tests;

/// <summary>A long variation of what a shorter test shows as well: runs with <c>./build.sh Test --thorough</c>, and when its class is named.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ThoroughAttribute : Attribute, ITraitAttribute
{
    /// <summary>What the runner leaves out by; the words are in build/Sandbox/TestRun.cs, too.</summary>
    public const string Name = "Run", Value = "Thorough";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Name, Value)];
}
