using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A cluster of the old module goes on with what it has.</summary>
public sealed class ImportTests
{
    [Fact]
    public async Task A_cluster_of_the_old_module_is_taken_over_and_backed_up_and_restored()
    {
        await using var checkout = new Checkout();
        var old = new OldModule(checkout);
        await old.MakeAsync(rows: 1000);
        var identity = await old.SystemIdentifier();

        // Whatever would lose something is refused, and the server goes on.
        (await checkout.Run(3, "Deploy")).Error.ShouldContain("job postgres is in Nomad and is not the runbook's");
        (await checkout.Run(3, "Import", "--yes")).Error.ShouldContain("user app of database app would get a new password");
        checkout.Variables["APP_PASSWORD"] = OldModule.Password;
        checkout.Configure(p => p["postgres"]!["databases"]![0]!["password"] = "env:APP_PASSWORD");
        checkout.Configure(p => p["pgbackrest"]!["stanza"] = "another");
        (await checkout.Run(3, "Import", "--yes")).Error.ShouldContain("stanza another is not in the repository");
        checkout.Configure(p => p["pgbackrest"]!.AsObject().Remove("stanza"));
        (await checkout.Login("app", "app", OldModule.Password)).ShouldBe("app app");

        var done = await checkout.Run(0, "Import", "--yes");
        done.Out.ShouldContain($"system identifier {identity}");
        done.Out.ShouldContain("the backups stay: stanza db-primary, 1 sets of this cluster");
        done.Out.ShouldContain("stop and remove the one-off jobs (postgres-init, pgbackrest-init)");
        done.Out.ShouldNotContain("create the stanza");
        (await old.SystemIdentifier()).ShouldBe(identity);
        (await Rows(checkout)).ShouldBe("1000");
        (await checkout.Login("app", "app", OldModule.Password)).ShouldBe("app app");
        (await checkout.Run(0, "Deploy")).Out.ShouldContain("nothing to do");

        // The old full backup is what the next one builds on, and what a restore may take.
        var first = checkout.Sets.ShouldHaveSingleItem();
        await checkout.Run(0, "Backup", "--backup-type", "incr");
        checkout.Sets[^1].Label.ShouldStartWith(first.Label);
        await checkout.Run(0, "Restore", "Revert", "--backup-set", first.Label, "--recovery-target", "latest");
        (await Rows(checkout)).ShouldBe("1000");
        (await old.SystemIdentifier()).ShouldBe(identity);
    }

    private static async Task<string> Rows(Checkout checkout)
    {
        var connection = (await checkout.Status()).GetProperty("connection").GetString()!;
        return await checkout.Sql("select count(*) from note", connection.Replace("dbname=postgres", "dbname=app", StringComparison.Ordinal));
    }
}
