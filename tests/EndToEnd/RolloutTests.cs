using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>What a deployment would do, what has drifted from it, and the way back from one that fails.</summary>
public sealed class RolloutTests(RolloutTests.Unprotected cluster) : IClassFixture<RolloutTests.Unprotected>
{
    /// <summary>Without a repository: few jobs, and no backup to wait for.</summary>
    public sealed class Unprotected : Cluster
    {
        protected override void Prepare() => Checkout.Configure(p => p["pgbackrest"]!["repositories"] = new JsonArray());
    }

    private Checkout Checkout => cluster.Checkout;

    [Fact]
    public async Task What_would_change_and_what_has_drifted_is_told_and_a_restart_is_asked_for()
    {
        await Checkout.Sql("alter system set work_mem = '13MB'");
        await Checkout.Sql("alter system set max_connections = 41");
        await Checkout.Sql("select pg_reload_conf()");
        await Checkout.Nomad("job", "stop", "-detach", "-yes", "pgbackrest");
        var server = Checkout.ServerProcess;
        try
        {
            var drift = (await Checkout.Run(10, "Drift", "--output", "json")).Json();
            // Other tests of this class may have left jobs that differ.
            var found = drift.GetProperty("findings").EnumerateArray().Select(f => $"{f.GetProperty("kind")} {f.GetProperty("name")} {f.GetProperty("state")}: {f.GetProperty("details")[0]}").ToList();
            found.Where(f => f.StartsWith("setting", StringComparison.Ordinal) || f.Contains("stopped", StringComparison.Ordinal)).ShouldBe(
            [
                "job pgbackrest stopped: it was stopped",
                "setting max_connections pending-restart: it is 40, configured is 40, and ALTER SYSTEM makes it 41 at the next restart",
                "setting work_mem altered: ALTER SYSTEM has set it to 13312kB, nothing is configured",
            ], ignoreOrder: true);

            using var edited = new Edited(Checkout, p =>
            {
                p["postgres"]!["settings"]!["shared_buffers"] = "72MB";
                p["deploy"] = new JsonObject { ["confirmRestart"] = true };
            });
            var rendered = Directory.GetFiles(Path.Combine(Checkout.Path, "jobs"), "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllText);
            var plan = (await Checkout.Run(10, "Plan", "--output", "json")).Json();
            plan.GetProperty("restartsServer").GetBoolean().ShouldBeTrue();
            plan.GetProperty("jobs").EnumerateArray().Where(j => j.GetProperty("job").GetString() is "postgres" or "pgbackrest").Select(j => $"{j.GetProperty("job")} {j.GetProperty("effect")}: {j.GetProperty("reasons").EnumerateArray().FirstOrDefault()}").ShouldBe(
                ["postgres restart: shared_buffers 64MB -> 72MB", "pgbackrest start: it was stopped"], ignoreOrder: true);

            var refused = await Checkout.Run(3, "Deploy");
            refused.Error.ShouldContain("restart the running server (shared_buffers 64MB -> 72MB)");
            refused.Error.ShouldContain("./build.sh Deploy --yes");
            rendered.ShouldAllBe(f => File.ReadAllText(f.Key) == f.Value);
            Checkout.ServerProcess.ShouldBe(server);
        }
        finally
        {
            await Checkout.Sql("alter system reset all");
            await Checkout.Sql("select pg_reload_conf()");
        }
    }

    [Fact]
    public async Task A_deploy_whose_new_configuration_cannot_start_is_back_on_the_old_version_with_the_reason()
    {
        await cluster.Write("kept");
        using var edited = new Edited(Checkout, p => p["postgres"]!["settings"]!["shared_preload_libraries"] = "no_such_library");
        var failed = await Checkout.Run(1, "Deploy");
        failed.Error.ShouldContain("FATAL:  could not access file \"no_such_library\": No such file or directory");
        failed.Error.ShouldContain("back on version ");
        failed.Error.ShouldContain("which takes writes");
        (await cluster.Read()).ShouldBe("kept");
        await cluster.Write("written after it");
        (await Checkout.Sql("show shared_preload_libraries")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_PostgreSQL_can_reload_is_applied_without_a_restart_and_what_it_refuses_is_not()
    {
        var server = Checkout.ServerProcess;
        using (new Edited(Checkout, p =>
        {
            p["postgres"]!["settings"]!["work_mem"] = "9MB";
            p["postgres"]!["hba"] = new JsonArray("host app app 10.1.2.0/24 scram-sha-256");
            p["deploy"] = new JsonObject { ["confirmRestart"] = true };
        }))
        {
            await Checkout.Run(0, "Deploy");
            Checkout.ServerProcess.ShouldBe(server);
            (await Checkout.Sql("show work_mem")).ShouldBe("9MB");
            (await Checkout.Sql("select count(*) from pg_hba_file_rules where address = '10.1.2.0'")).ShouldBe("1");
            (await Checkout.Run(0, "Drift")).Out.ShouldContain("no drift");

            using var wrong = new Edited(Checkout, p => p["postgres"]!["settings"]!["work_mem"] = "lots");
            var refused = await Checkout.Run(1, "Deploy");
            refused.Error.ShouldMatch("the server refuses the new settings, the old ones stay: reload.conf, line [0-9]+: work_mem: ");
            Checkout.ServerProcess.ShouldBe(server);
            (await Checkout.Sql("show work_mem")).ShouldBe("9MB");
        }
    }

    [Fact]
    public async Task A_job_that_was_changed_by_hand_between_the_look_and_the_submission_is_not_overwritten()
    {
        var file = Path.Combine(Checkout.Path, "by-hand.nomad.hcl");
        var job = await File.ReadAllTextAsync(Path.Combine(Checkout.Path, "jobs", "local", "postgres-init.nomad.hcl"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, job.Replace("kill_timeout = \"30s\"", "kill_timeout = \"31s\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        // Somebody who is quicker: their change comes right before the runbook's own submission.
        var quicker = Path.Combine(Checkout.Path, "nomad");
        await File.WriteAllTextAsync(quicker, $"""
            #!/bin/bash
            real={Checkout.NomadProgram}
            [ "$1 $2" = "job run" ] || exec "$real" "$@"
            text=$(cat)
            [[ $text != 'job "postgres-init" '* ]] || "$real" job run -detach {file} >/dev/null
            exec "$real" "$@" <<<"$text"

            """, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(quicker, (UnixFileMode)Convert.ToInt32("755", 8));
        using var edited = new Edited(Checkout, p =>
        {
            p["nomad"]!["address"] = $"unix://{Checkout.Sandbox}/nomad/nomad.sock";
            p["postgres"]!["initScript"] = "select 1";
        });
        var refused = await Checkout.Run(3, "Deploy", "--nomad", quicker);
        refused.Error.ShouldContain("postgres-init: the job was changed by someone else since it was looked at: Enforcing job modify index ");
        refused.Error.ShouldContain($"./build.sh --nomad {quicker} Plan");
        (await Checkout.Nomad("job", "inspect", "postgres-init")).Out.ShouldContain("\"KillTimeout\": 31000000000");
    }
}
