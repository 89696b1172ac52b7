using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

public class ReaderTests
{
    [Fact]
    public void Defaults_are_those_of_the_module_it_replaces()
    {
        using var folder = new ProfileFolder().With("x", ProfileFolder.Minimal);
        var settings = folder.Read("x");

        settings.Nomad.Driver.ShouldBe(TaskDriver.Exec);
        settings.Postgres.Port.ShouldBe(5432);
        settings.Postgres.BinDirectory.ShouldBe("/usr/lib/postgresql/15/bin");
        settings.Postgres.SuperuserPassword.ShouldBe(SecretReference.Generated);
        settings.Pgbackrest.Repositories.ShouldBeEmpty();
        settings.Pgbackrest.Schedules.Full.ShouldBe(new FullSchedule { Cron = "@weekly", TimeZone = "UTC" });
        settings.Pgbackrest.Schedules.Diff.IsOn.ShouldBeFalse();
        settings.Pgbackrest.Schedules.Incr.Cron.ShouldBe("@daily");
        settings.Volumes.Data.ShouldBe(new VolumeSetting("postgres-data", "/var/lib/postgresql"));
        settings.ClusterName.ShouldBe("postgres");
        settings.DataDirectory.ShouldBe("/var/lib/postgresql/15/main");
        settings.StateDirectory.ShouldBe("/var/lib/postgresql/15/main.runbook");
    }

    [Fact]
    public void Text_files_are_read_with_the_mark_that_editors_put_in_front()
    {
        using var folder = new ProfileFolder().With("x", "\uFEFF" + ProfileFolder.Minimal.Replace("15", "15, \"initScript\": \"@init.sql\""));
        File.WriteAllText(Path.Combine(folder.Root, "init.sql"), "\uFEFFselect 'ä';\n");
        folder.Read("x").Postgres.InitScript.ShouldBe("select 'ä';\n");
    }

    [Theory]
    [InlineData(new byte[] { (byte)'s', (byte)'\n', 0xc3, 0xa4, 0xe4, (byte)'\n' }, "init.sql:2:2: byte 0xe4 is not UTF-8")]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'s', 0 }, "init.sql:1:1: the file is UTF-16")]
    public void A_script_that_is_not_utf8_is_refused_with_its_place(byte[] content, string problem)
    {
        using var folder = new ProfileFolder().With("x", ProfileFolder.Minimal.Replace("15", "15, \"initScript\": \"@init.sql\""));
        File.WriteAllBytes(Path.Combine(folder.Root, "init.sql"), content);
        folder.ErrorsOf(() => folder.Read("x")).ShouldHaveSingleItem().ShouldStartWith($"postgres.initScript: cannot read {problem}; save ");
    }

    [Fact]
    public void A_profile_that_is_not_utf8_is_refused_with_its_place()
    {
        using var folder = new ProfileFolder().With("x", "");
        File.WriteAllBytes(Path.Combine(folder.Root, ".nuke", "parameters.x.json"), [.. "{\n  \"a\": \""u8, 0xe4, .. "\" }"u8]);
        folder.ErrorsOf(() => folder.Read("x")).ShouldHaveSingleItem().ShouldBe(".nuke/parameters.x.json:2:9: byte 0xe4 is not UTF-8; save the file as UTF-8");
    }

    [Fact]
    public void Upper_files_merge_into_objects_and_replace_lists_and_values()
    {
        using var folder = new ProfileFolder()
            .With("", """
                {
                  "nomad": { "datacenter": "dc1", "node": "a" },
                  "postgres": { "version": 15, "databases": [ { "name": "one" }, { "name": "two" } ],
                                "settings": { "work_mem": "4MB", "jit": false } },
                  "pgbackrest": { "repositories": [ { "type": "posix", "volume": "backups" } ] }
                }
                """)
            .With("middle", """{ "nomad": { "node": "b" }, "postgres": { "settings": { "work_mem": 65536 } } }""")
            .With("top", """{ "postgres": { "databases": [ { "name": "three" } ] }, "pgbackrest": { "repositories": [] } }""");
        var settings = folder.Read("middle", "top");

        settings.Nomad.Datacenter.ShouldBe("dc1");
        settings.Nomad.Node.ShouldBe("b");
        settings.Postgres.Databases.ShouldHaveSingleItem().User.ShouldBe("three");
        settings.Postgres.Settings.ShouldBe(new Dictionary<string, string> { ["jit"] = "off", ["work_mem"] = "65536" });
        settings.Pgbackrest.Repositories.ShouldBeEmpty();
    }

    [Fact]
    public void Values_and_lists_at_the_top_belong_to_the_target_host()
    {
        using var folder = new ProfileFolder().With("x", """
            // A comment, and a trailing comma below.
            { "$schema": "./x.json", "Verbosity": "quiet", "Skip": ["A"], "nomad": { "datacenter": "dc1" },
              "postgres": { "version": 15, }, /* and another */ }
            """);
        folder.Read("x").Postgres.Version.ShouldBe(15);
    }

    [Fact]
    public void Variables_become_text_and_where_they_stand_alone_numbers()
    {
        var variables = new Dictionary<string, string> { ["sandbox.port"] = "15432", ["sandbox.directory"] = "/tmp/s" };
        using var folder = new ProfileFolder().With("x", """
            { "nomad": { "datacenter": "dc1" }, "postgres": { "version": 15, "port": "${sandbox.port}",
              "initScript": "select '$${x}'" }, "volumes": { "data": { "path": "${sandbox.directory}/data" } } }
            """);
        var settings = folder.Read(variables, "x");

        settings.Postgres.Port.ShouldBe(15432);
        settings.Postgres.InitScript.ShouldBe("select '${x}'");
        settings.Volumes.Data.ShouldBe(new VolumeSetting("postgres-data", "/tmp/s/data"));
    }

    [Fact]
    public void An_unknown_variable_is_an_error_with_the_nearest_one()
    {
        var variables = new Dictionary<string, string> { ["sandbox.port"] = "15432" };
        using var folder = new ProfileFolder().With("x",
            """{ "nomad": { "datacenter": "${HOME}" }, "postgres": { "version": 15, "port": "${sandbox.prot}" } }""");
        folder.ErrorsOf(() => folder.Read(variables, "x")).ShouldBe(
        [
            "nomad.datacenter: unknown variable \"${HOME}\"; known: sandbox.port (.nuke/parameters.x.json:1:28)",
            "postgres.port: unknown variable \"${sandbox.prot}\"; did you mean \"sandbox.port\"? known: sandbox.port "
            + "(.nuke/parameters.x.json:1:78)",
        ]);
    }

    [Fact]
    public void A_number_in_quotes_is_none() =>
        ProfileFolder.ErrorsOf("""{ "nomad": { "datacenter": "dc1" }, "postgres": { "version": "15" } }""")
            .ShouldHaveSingleItem().ShouldStartWith("postgres.version: found \"15\"; allowed: a whole number from 13 to 18");

    [Fact]
    public void All_errors_are_told_at_once_each_with_its_file()
    {
        using var folder = new ProfileFolder()
            .With("", """{ "postgres": { "version": 12, "prot": 5432 }, "pgbackres": {} }""")
            .With("x", """{ "nomad": { "driver": "rawexec" } }""");
        folder.ErrorsOf(() => folder.Read("x")).ShouldBe(
        [
            "pgbackres: unknown setting; did you mean \"pgbackrest\"? allowed: nomad, postgres, volumes, consul, pgbackrest, deploy, terraform "
            + "(.nuke/parameters.json:1:61)",
            "nomad.datacenter: is missing; required: a non-empty text (.nuke/parameters.x.json:1:12)",
            "nomad.driver: found \"rawexec\"; did you mean \"raw_exec\"? allowed: \"exec\", \"raw_exec\", \"exec2\" "
            + "(.nuke/parameters.x.json:1:24)",
            "postgres.prot: unknown setting; did you mean \"port\"? allowed: version, cluster, port, listenAddresses, tls, superuserOverTcp, "
            + "jobName, initJobName, osUser, binDirectory, locale, checksums, superuserPassword, databases, initScript, "
            + "settings, hba, cpu, memory, killTimeout, startTimeout (.nuke/parameters.json:1:40)",
            "postgres.version: found 12; allowed: a whole number from 13 to 18 (.nuke/parameters.json:1:28)",
        ], ignoreOrder: true);
    }

    [Fact]
    public void Nothing_at_all_names_what_is_required() =>
        ProfileFolder.ErrorsOf("{}").ShouldBe(
        [
            "nomad.datacenter: is missing; required: a non-empty text (.nuke/parameters.x.json:1:1)",
            "postgres.version: is missing; required: a whole number from 13 to 18 (.nuke/parameters.x.json:1:1)",
        ]);

    [Theory]
    [InlineData("{\n  \"nomad\": {,\n}", ".nuke/parameters.x.json:2:13: not valid JSON: ")]
    [InlineData("{ \"ä\": tru }", ".nuke/parameters.x.json:1:11: not valid JSON: ")]
    [InlineData("", ".nuke/parameters.x.json:1:1: not valid JSON: ")]
    [InlineData("{} {}", ".nuke/parameters.x.json:1:4: not valid JSON: ")]
    [InlineData("[]", ".nuke/parameters.x.json:1:1: the file must contain one JSON object")]
    [InlineData("{ \"nomad\": {}, \"nomad\": {} }", "nomad: is given twice; first at .nuke/parameters.x.json:1:12 (.nuke/parameters.x.json:1:16)")]
    public void A_file_that_is_no_JSON_is_told_with_line_and_column(string json, string error) =>
        ProfileFolder.ErrorsOf(json).ShouldHaveSingleItem().ShouldStartWith(error);

    [Fact]
    public void A_profile_that_does_not_exist_is_told_with_those_that_do()
    {
        using var folder = new ProfileFolder().With("local", "{}").With("example", "{}");
        folder.ErrorsOf(() => folder.Read("exmaple")).ShouldBe(
        [
            ".nuke/parameters.exmaple.json: there is no profile \"exmaple\"; did you mean \"example\"? existing: example, local",
        ]);
    }

    [Fact]
    public void The_script_may_stand_in_a_file()
    {
        using var folder = new ProfileFolder().With("x",
            """{ "nomad": { "datacenter": "dc1" }, "postgres": { "version": 15, "initScript": "@init.sql" } }""");
        folder.ErrorsOf(() => folder.Read("x")).ShouldHaveSingleItem().ShouldStartWith("postgres.initScript: cannot read init.sql: ");

        File.WriteAllText(Path.Combine(folder.Root, "init.sql"), "select 1;\n");
        folder.Read("x").Postgres.InitScript.ShouldBe("select 1;\n");
    }
}
