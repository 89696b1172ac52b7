using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>What could make things worse is refused while the cluster serves, with 3, and nothing is different afterwards.</summary>
public sealed class RefusalTests(GatedCluster cluster) : IClassFixture<GatedCluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Theory, Thorough]
    [InlineData("nope", "does not exist")]
    [InlineData("20200101-000000F_20200102-000000I", "does not exist")]
    public Task A_set_that_never_was(string set, string said) => A_set_that_does_not_exist(set, said);

    [Theory]
    [InlineData("20200101-000000F", "does not exist")]
    public async Task A_set_that_does_not_exist(string set, string said)
    {
        await cluster.Ready();
        await Refused(said, "Restore", "--backup-set", set);
        // The next command is one that helps: it lists what there is.
        (await Checkout.Run(3, "Restore", "Revert", "--backup-set", set)).Error.ShouldContain("./build.sh Backups");
    }

    [Fact]
    public async Task A_set_whose_manifest_is_gone()
    {
        await cluster.Ready();
        var set = (await cluster.Backup("full")).Label;
        using (new Away(Path.Combine(Checkout.Backups, set, "backup.manifest"), Path.Combine(Checkout.Backups, set, "backup.manifest.copy")))
            await Refused("manifest", "Restore", "--backup-set", set);
    }

    [Fact, Thorough]
    public async Task A_set_that_builds_on_a_damaged_one()
    {
        await cluster.Ready();
        var full = (await cluster.Backup("full")).Label;
        var incr = (await cluster.Backup("incr")).Label;
        using (new Away(Path.Combine(Checkout.Backups, full, "backup.manifest"), Path.Combine(Checkout.Backups, full, "backup.manifest.copy")))
            await Refused(full, "Restore", "--backup-set", incr);
    }

    [Fact]
    public async Task A_set_whose_WAL_is_gone()
    {
        await cluster.Ready();
        var set = await cluster.Backup("full");
        var needed = (await Checkout.Run(0, "Backups", "--output", "json")).Json().EnumerateArray()
            .Single(b => b.GetProperty("label").GetString() == set.Label).GetProperty("walStop").GetString()!;
        var segment = Directory.GetFiles(Checkout.Archive, needed + "-*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        using (new Away(segment))
            await Refused(needed, "Restore", "--backup-set", set.Label);
    }

    [Fact]
    public async Task A_repository_that_is_away()
    {
        await cluster.Ready();
        using (new Away(Path.Combine(Checkout.Sandbox, "repository")))
        {
            await Refused("backup", "Restore", "--backup-set", "latest");
            await Refused("", "Backup");
        }
    }

    [Fact]
    public async Task A_disk_without_room()
    {
        await cluster.Ready();
        cluster.Gate.Disk(1_000_000);
        try
        {
            await Refused("1.00 MB free", "Restore", "--backup-set", "latest");
        }
        finally
        {
            cluster.Gate.Open();
        }
    }

    // A second cluster on the same Nomad, whose profile gives only some of its jobs a name of their own.
    [Fact]
    public async Task A_job_of_another_cluster()
    {
        await cluster.Ready();
        var profile = JsonNode.Parse(File.ReadAllText(Checkout.Profile).Replace("${sandbox.directory}", Checkout.Sandbox, StringComparison.Ordinal)
            .Replace("\"${sandbox.version}\"", Path.GetFileName(Path.GetDirectoryName(Checkout.Data))!, StringComparison.Ordinal)
            .Replace("${sandbox.user}", Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName, StringComparison.Ordinal)
            .Replace("\"${sandbox.port}\"", "54999", StringComparison.Ordinal))!.AsObject();
        profile["nomad"]!["address"] = $"unix://{Checkout.Sandbox}/nomad/nomad.sock";
        profile["postgres"]!["jobName"] = "orders";
        profile["postgres"]!["initJobName"] = "orders-init";
        await File.WriteAllTextAsync(Path.Combine(Checkout.Path, ".nuke", "parameters.orders.json"), profile.ToJsonString(), TestContext.Current.CancellationToken);
        var jobs = (await Checkout.Nomad("job", "inspect", "pgbackrest")).Out;
        foreach (var command in (string[])["Deploy", "Plan", "Status", "Destroy --yes", "Restore --backup-set latest", "Backup"])
        {
            var refused = await Checkout.Run(3, [.. command.Split(' '), "--profile", "orders", "--nomad", Checkout.NomadProgram]);
            refused.Error.ShouldMatch("job pgbackrest(-[a-z]+)? belongs to cluster postgres, this is cluster orders");
            refused.Error.ShouldMatch("set pgbackrest[.][a-zA-Z]+ to another name");
        }
        (await Checkout.Nomad("job", "inspect", "pgbackrest")).Out.ShouldBe(jobs);
        (await Checkout.Status()).GetProperty("state").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task A_scheduled_backup_that_runs()
    {
        await cluster.Ready();
        cluster.Gate.Hold("backup");
        (await Checkout.Nomad("job", "periodic", "force", "-detach", "pgbackrest-incr")).ExitCode.ShouldBe(0);
        try
        {
            await Wait.Until("a backup at work", () => Checkout.AtWork.Count > 0);
            await Refused("a backup is running", "Restore", "--backup-set", "latest");
        }
        finally
        {
            cluster.Gate.Open();
        }
        await Wait.Until("the backup ended", () => Checkout.AtWork.Count == 0);
    }

    [Theory, Thorough]
    [InlineData("Deploy"), InlineData("Restore --backup-set latest")]
    public async Task Another_version_of_PostgreSQL(string command)
    {
        await cluster.Ready();
        var version = int.Parse((await Checkout.Status()).GetProperty("postgres").GetProperty("version").GetString()!.Split('.')[0]);
        using (new Edited(Checkout, p => p["postgres"]!["version"] = version - 1))
            await Refused($"{version - 1}", command.Split(' '));
        // What was submitted to look with the other configuration is put right.
        await Checkout.Run(0, "Deploy");
    }

    [Theory, Thorough]
    [InlineData("Deploy"), InlineData("Restore --backup-set latest")]
    public async Task The_repository_of_another_cluster(string command)
    {
        await cluster.Ready();
        var foreign = await ForeignRepository();
        using (new Edited(Checkout, p => p["pgbackrest"]!["repositories"]![0]!["path"] = foreign))
            await Refused("system identifier", command.Split(' '));
        await Checkout.Run(0, "Deploy");
        Directory.Delete(Path.GetDirectoryName(foreign)!, recursive: true);
    }

    [Fact]
    public async Task An_empty_cluster_over_a_lost_one()
    {
        await cluster.Ready();
        await cluster.Write("lost-and-found");
        await Checkout.Sql("select pg_switch_wal()");
        await Checkout.Run(0, "Stop");
        Directory.Move(Checkout.Data, Checkout.Data + "-lost");
        var outcome = await Checkout.Run(3, "Deploy");
        outcome.Error.ShouldContain("not starting an empty cluster");
        Directory.Exists(Checkout.Data).ShouldBeFalse();
        // The command that it names helps.
        outcome.Error.ShouldContain("./build.sh Restore Revert --backup-set latest");
        await Checkout.Run(0, "Restore", "Revert", "--backup-set", "latest", "--recovery-target", "latest");
        (await cluster.Read()).ShouldBe("lost-and-found");
    }

    [Fact]
    public async Task Nothing_to_revert_and_nobody_to_ask()
    {
        await cluster.Ready();
        (await Checkout.Run(0, "Revert")).Out.ShouldContain("there is no unfinished restore");
        (await Checkout.Run(3, "Logs", "--job", "nope")).Error.ShouldContain("postgres");
        await using var empty = new Checkout();
        foreach (var target in new[] { "Backup", "Revert", "Stop", "Logs", "Psql", "Backups" })
        {
            var outcome = await empty.Run(3, target);
            outcome.Error.ShouldContain("./build.sh Deploy");
        }
    }

    private async Task Refused(string said, params string[] arguments)
    {
        await cluster.Write("live");
        var before = await cluster.Unchanged();
        var outcome = await Checkout.Run(3, arguments);
        outcome.Error.ShouldContain(said);
        outcome.Error.ShouldContain("state: nothing was changed");
        outcome.Error.ShouldContain("next:  ");
        (await cluster.Unchanged()).ShouldBe(before, outcome.ToString());
    }

    /// <summary>A repository of the same stanza with a set of a cluster that is not ours.</summary>
    private async Task<string> ForeignRepository()
    {
        var folder = Path.Combine(Checkout.Path, $"foreign-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("777", 8));
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Max() + "/bin";
        using var run = new RunningBuild(Checkout.OwnersShell($"""
            set -e
            {binaries}/initdb -D {folder}/data >/dev/null
            for command in stanza-create 'backup --type=full --repo1-retention-full=1'; do
              /usr/bin/pgbackrest --config=/dev/null --stanza=db-primary --no-online --pg1-path={folder}/data --repo1-path={folder}/repository \
                --lock-path={folder}/lock --log-level-file=off --log-level-console=warn $command
            done
            """));
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return Path.Combine(folder, "repository");
    }

    /// <summary>Files or folders that are somewhere else for a while.</summary>
    private sealed class Away : IDisposable
    {
        private readonly string[] _paths;

        public Away(params string[] paths)
        {
            _paths = paths;
            foreach (var path in paths)
                Directory.Move(path, path + ".away");
        }

        public void Dispose()
        {
            foreach (var path in _paths)
            {
                // Whoever missed a folder may have made an empty one.
                if (Directory.Exists(path))
                    Directory.Delete(path, recursive: true);
                Directory.Move(path + ".away", path);
            }
        }
    }
}
