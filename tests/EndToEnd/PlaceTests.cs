using System.Text.Json;
using Sandbox;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Where a sandbox can live: beside another one, and under an ordinary user.</summary>
public sealed class PlaceTests
{
    [Fact, Thorough]
    public async Task Two_checkouts_side_by_side_know_nothing_of_each_other()
    {
        await using var one = new Checkout();
        await using var two = new Checkout();
        await Task.WhenAll(one.Run(0, "Deploy"), two.Run(0, "Deploy"));
        await one.Sql("create table only_in_one (id int)");
        (await two.TrySql("select * from only_in_one")).ExitCode.ShouldNotBe(0);
        (await one.Run(0, "Psql", "--command", "select 'from psql ' || count(*) from only_in_one")).Out.ShouldContain("from psql 0");
        (await one.Run(1, "Psql", "--command", "select nonsense")).Error.ShouldContain("nonsense");
        (await one.Run(0, "Logs")).Out.ShouldContain("database system is ready to accept connections");

        await two.Run(0, "Destroy", "--yes");
        (await two.Status()).GetProperty("state").GetString().ShouldBe("absent");
        (await one.Status()).GetProperty("state").GetString().ShouldBe("running");

        // JSON stands alone on standard output, and says all that programs were promised.
        var status = await one.Status();
        foreach (var name in new[] { "state", "connection", "postgres", "data", "jobs", "backups", "restore" })
            status.TryGetProperty(name, out _).ShouldBeTrue(name);
        status.GetProperty("postgres").GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        status.GetProperty("postgres").GetProperty("timeline").GetInt32().ShouldBe(1);
        status.GetProperty("jobs")[0].GetProperty("name").GetString().ShouldNotBeNullOrEmpty();
        var last = status.GetProperty("backups").GetProperty("last");
        last.GetProperty("finishedAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(-1));
        var set = (await one.Run(0, "Backups", "--output", "json", "--verbosity", "verbose")).Json().EnumerateArray().ShouldHaveSingleItem();
        set.GetProperty("label").GetString().ShouldBe(last.GetProperty("label").GetString());
        foreach (var (name, kind) in new[]
        {
            ("type", JsonValueKind.String), ("startedAt", JsonValueKind.String), ("finishedAt", JsonValueKind.String), ("size", JsonValueKind.Number),
            ("repositorySize", JsonValueKind.Number), ("walStart", JsonValueKind.String), ("walStop", JsonValueKind.String), ("prior", JsonValueKind.Null), ("error", JsonValueKind.False),
        })
            set.GetProperty(name).ValueKind.ShouldBe(kind, name);
        var deployed = await one.Run(0, "Backup", "--output", "json");
        deployed.Out.ShouldBeEmpty("what is no JSON goes to standard error");
    }

    [Fact]
    public async Task A_checkout_whose_path_cannot_stand_in_a_configuration_has_its_sandbox_elsewhere()
    {
        var checkout = Directory.CreateTempSubdirectory("a,b-");
        var said = new List<string>();
        var sandbox = await SandboxFolder.OpenAsync(checkout.FullName, said.Add, TestContext.Current.CancellationToken);
        try
        {
            sandbox.Path.ShouldNotContain(',');
            said.ShouldHaveSingleItem().ShouldContain("\",\" in the path of this checkout is not allowed in the files of PostgreSQL and pgBackRest");
            // A checkout that was moved to such a place with its sandbox in it.
            File.Delete(Path.Combine(checkout.FullName, "sandbox"));
            Directory.CreateDirectory(Path.Combine(checkout.FullName, "sandbox"));
            foreach (var name in (string[])["port", "user"])
                File.Copy(Path.Combine(sandbox.Path, name), Path.Combine(checkout.FullName, "sandbox", name));
            Should.Throw<SandboxException>(() => SandboxFolder.Find(checkout.FullName)).Message.ShouldContain("\",\" in the path of this checkout");
        }
        finally
        {
            Directory.Delete(sandbox.Path, recursive: true);
            checkout.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_round_of_an_ordinary_user()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("all other tests run as an ordinary user here");
        await using var checkout = new Checkout();
        using (var reach = new RunningBuild(AsNobody(checkout, "/usr/bin/test", "-x", Checkout.Program)))
        {
            if ((await reach.End()).ExitCode != 0)
                Assert.Skip($"user nobody cannot reach {Checkout.Program}");
        }
        var refused = await Nobody(checkout, "Deploy");
        refused.ExitCode.ShouldBe(2, refused.ToString());
        refused.Error.ShouldContain("nothing was changed");

        using (var own = new RunningBuild(checkout.Info("chown", "-R", "nobody", checkout.Path)))
            (await own.End()).ExitCode.ShouldBe(0);
        foreach (var command in new[] { "Deploy", "Backup --backup-type incr", "Restore Revert --backup-set latest", "Status", "Destroy --yes" })
        {
            var outcome = await Nobody(checkout, command.Split(' '));
            outcome.ExitCode.ShouldBe(0, outcome.ToString());
        }
    }

    private static async Task<Outcome> Nobody(Checkout checkout, params string[] arguments)
    {
        using var run = new RunningBuild(AsNobody(checkout, [Checkout.Program, .. arguments]));
        return await run.End();
    }

    private static System.Diagnostics.ProcessStartInfo AsNobody(Checkout checkout, params string[] command)
    {
        var info = checkout.Info("setpriv", ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", .. command]);
        info.Environment["NUKE_ROOT"] = checkout.Path;
        info.Environment["HOME"] = checkout.Path;
        info.Environment["USER"] = info.Environment["LOGNAME"] = "nobody";
        return info;
    }
}
