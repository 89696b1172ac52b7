using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A checkout leaves nothing behind, on the machine or in its own processes.</summary>
public sealed class LeftoverTests
{
    [Fact]
    public async Task The_round_of_a_life_leaves_nothing_running_and_touches_nothing_else()
    {
        var before = Elsewhere();
        await using var checkout = new Checkout();
        (await checkout.Status()).GetProperty("state").GetString().ShouldBe("absent");
        checkout.Running.ShouldBeEmpty("Status starts nothing to find out that there is nothing");

        await checkout.Run(0, "Deploy");
        (await checkout.Status()).GetProperty("state").GetString().ShouldBe("running");
        var refused = await checkout.Run(3, "Destroy");
        refused.Error.ShouldContain("--yes");
        await checkout.Run(0, "Destroy", "--yes");
        await Wait.Until("without processes", () => checkout.Running.Count == 0, 10, () => string.Join('\n', checkout.Running));
        Directory.Exists(checkout.Data).ShouldBeTrue("Destroy keeps the data");

        // The data of a destroyed cluster is there for the next deployment.
        await checkout.Run(0, "Deploy");
        checkout.Sets.Count.ShouldBe(1);
        await checkout.Run(0, "Destroy", "--yes");
        Elsewhere().ShouldBe(before);
    }

    // What Debian's own PostgreSQL and pgBackRest would use.
    private static readonly string[] Foreign =
    [
        "/var/lib/postgresql", "/var/log/postgresql", "/var/log/pgbackrest", "/var/spool/pgbackrest", "/var/lib/pgbackrest", "/run/postgresql", "/etc/postgresql",
    ];

    private static string Elsewhere() => string.Join('\n',
        Foreign.Where(Directory.Exists)
            .SelectMany(d => Directory.GetFileSystemEntries(d, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
            .Order(StringComparer.Ordinal).Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O}"));
}
