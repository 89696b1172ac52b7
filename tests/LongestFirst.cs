using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Tests.LongestFirst))]

namespace Tests;

/// <summary>
/// The tests that take minutes begin first: one that begins last is waited for alone. Those of a few milliseconds fill the
/// rest.
/// </summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Order =
    [
        "Tests.EndToEnd.Page.", "Tests.EndToEnd.RefusalTests", LocalNomad.ContractAgent.Name, "Tests.EndToEnd.S3.", "Tests.EndToEnd.TargetTests",
        "Tests.EndToEnd.ImportTests", "Tests.EndToEnd.CancelTests", "Tests.LocalNomad.LocalAgentTests",
        "Tests.EndToEnd.", "Tests.LocalNomad.", "Tests.Scripts.", "Tests.Host.",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Rank(c.TestCollectionDisplayName))];

    private static int Rank(string name) =>
        Array.FindIndex(Order, o => name.Contains(o, StringComparison.Ordinal)) is var found and >= 0 ? found : Order.Length;
}
