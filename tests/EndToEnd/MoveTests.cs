using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Another repository, or another passphrase: the old one is kept until a full backup stands in the new one.</summary>
public sealed class MoveTests(EncryptedCluster cluster) : IClassFixture<EncryptedCluster>
{
    private const string Second = "${sandbox.directory}/data/second-repository";

    private Checkout Checkout => cluster.Checkout;

    private string Old => Path.Combine(Checkout.Sandbox, "repository");

    [Fact, Thorough]
    public async Task Backups_move_to_another_repository_without_a_time_that_cannot_be_restored()
    {
        await cluster.Ready();
        // On a timeline of its own: its history file was archived before there was a second repository.
        await Checkout.Run(0, "Restore", "Revert", "--recovery-target", "latest");
        await cluster.Write("before");
        var before = await cluster.Unchanged();

        // Only the new one: refused, and nothing is different.
        Configure(r => r["path"] = Second);
        var refused = await Checkout.Run(3, "Deploy");
        refused.Error.ShouldContain($"the configuration does not have {Old} (");
        refused.Error.ShouldContain("none of its repositories holds a full backup of this cluster");
        refused.Error.ShouldContain($"--drop-repository {Old}");
        (await Checkout.Run(3, "Deploy", "--drop-repository", "/old")).Error.ShouldContain(Old);
        (await cluster.Unchanged()).ShouldBe(before);
        (await Checkout.Sql("select pg_switch_wal()")).ShouldNotBeEmpty();
        await Archived();

        // Encryption is not taken away in place, nor is the passphrase changed, and the server goes on archiving with the one it has.
        Configure(r => r.Remove("cipherPassphrase"));
        (await Checkout.Run(3, "Deploy")).Error.ShouldContain($"repository 1 ({Old}) is encrypted, and the configuration says the opposite: a passphrase cannot be set, changed or taken away in place");
        Configure(_ => { });
        Checkout.Variables["REPOSITORY_PASSPHRASE"] = "another one";
        var changed = await Checkout.Run(3, "Deploy");
        changed.Error.ShouldContain("encrypted with another passphrase, or not encrypted");
        changed.Error.ShouldContain("with another path");
        Checkout.Variables["REPOSITORY_PASSPHRASE"] = EncryptedCluster.Passphrase;
        (await cluster.Unchanged()).ShouldBe(before);
        await Checkout.Sql("select pg_switch_wal()");
        await Archived();

        // Beside the old one: its stanza is made and a full backup taken.
        Configure(_ => { }, r => r["path"] = Second);
        Checkout.Variables["SECOND_PASSPHRASE"] = "quite another one";
        await Checkout.Run(0, "Deploy");
        var sets = (await Sets()).Select(b => (b.GetProperty("repository").GetInt32(), b.GetProperty("type").GetString())).ToList();
        sets.ShouldContain((2, "full"));
        (await Checkout.Run(0, "Verify", "--repository", "2")).Out.ShouldContain(": whole");

        // Then without it.
        Configure(r =>
        {
            r["path"] = Second;
            r["cipherPassphrase"] = "env:SECOND_PASSPHRASE";
        });
        await Checkout.Run(0, "Deploy");
        (await Sets()).ShouldHaveSingleItem().GetProperty("type").GetString().ShouldBe("full");
        await cluster.Write("after");
        // To the end of what the new one alone has archived, on the timeline that began before it.
        await Checkout.Run(0, "Restore", "Revert", "--recovery-target", "latest");
        (await cluster.Read()).ShouldBe("after before");

        // One that is lost is given up by name.
        using (new Aside(Path.Combine(Checkout.Sandbox, "data", "second-repository")))
        {
            Configure(r =>
            {
                r["path"] = "${sandbox.directory}/data/third-repository";
                r.Remove("cipherPassphrase");
            });
            await Checkout.Run(0, "Deploy", "--drop-repository", Path.Combine(Checkout.Sandbox, "data", "second-repository"));
            (await Sets()).ShouldHaveSingleItem().GetProperty("type").GetString().ShouldBe("full");
        }
        (await cluster.Read()).ShouldBe("after before");
    }

    private async Task<List<JsonElement>> Sets() => [.. (await Checkout.Run(0, "Backups", "--output", "json")).Json().EnumerateArray()];

    // What is not archived waits with a name that ends so.
    private Task Archived() => Wait.Until(
        "archived", async () => await Checkout.Sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'") == "0");

    // The repositories, each made from the one that the cluster began with.
    private void Configure(params Action<JsonObject>[] repositories) => Checkout.Configure(p =>
    {
        var list = new JsonArray();
        foreach (var (change, i) in repositories.Select((c, i) => (c, i)))
        {
            var repository = new JsonObject
            {
                ["type"] = "posix",
                ["path"] = "${sandbox.directory}/repository",
                ["cipherPassphrase"] = i == 0 ? "env:REPOSITORY_PASSPHRASE" : "env:SECOND_PASSPHRASE",
            };
            change(repository);
            list.Add(repository);
        }
        p["pgbackrest"]!["repositories"] = list;
    });
}
