using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.Settings;

/// <summary>One wrong setting each, over a configuration that is right without it.</summary>
public class ValidationTests
{
    private const string Right = """
        {
          "nomad": { "datacenter": "dc1" },
          "postgres": { "version": 15, "databases": [ { "name": "app" }, { "name": "other" } ] },
          "pgbackrest": { "repositories": [ { "type": "s3", "s3": { "endpoint": "s3.example.com", "bucket": "b", "region": "r",
                                                                    "key": "env:A", "keySecret": "env:B" } } ] }
        }
        """;

    [Fact]
    public void What_the_others_change_is_right() => ProfileFolder.ErrorsOf(Right).ShouldBeEmpty();

    [Theory]
    [InlineData("nomad.datacenter", "\"\"", "found an empty text; allowed: a non-empty text")]
    [InlineData("nomad.datacenter", "\"*\"", "found \"*\"; allowed: the name of one datacenter, no wildcard")]
    [InlineData("nomad.address", "\"nomad:4646\"", "found \"nomad:4646\"; allowed: \"\" or a URL")]
    [InlineData("nomad.purgeOnStop", "\"yes\"", "found \"yes\"; allowed: true or false")]
    [InlineData("nomad.driver", "\"docker\"", "found \"docker\"; allowed: \"exec\", \"raw_exec\", \"exec2\"")]
    [InlineData("nomad", "[]", null)]
    [InlineData("postgres.port", "70000", "found 70000; allowed: a whole number from 1 to 65535")]
    [InlineData("postgres.port", "5432.5", "found 5432.5; allowed: a whole number from 1 to 65535")]
    [InlineData("postgres.memory", "64", "found 64; allowed: a whole number from 128 to 16777216 MB")]
    [InlineData("postgres.cpu", "0", "found 0; allowed: a whole number from 20 to 1000000 MHz")]
    [InlineData("postgres.killTimeout", "\"1s\"", "found \"1s\"; allowed: a duration such as \"90s\", \"5m\" or \"1h30m\", from 5s to 24h")]
    [InlineData("postgres.killTimeout", "300", "found 300; allowed: a duration")]
    [InlineData("postgres.cluster", "\"a/b\"", "found \"a/b\"; allowed: letters, digits")]
    [InlineData("postgres.cluster", "\"main\\n\"", "found \"main\n\"; allowed: letters, digits")]
    [InlineData("pgbackrest.stanza", "\"main\\n\"", "found \"main\n\"; allowed: letters, digits")]
    [InlineData("postgres.osUser", "\"postgres\\n\"", "found \"postgres\n\"; allowed: the name of a system user")]
    [InlineData("postgres.osUser", "\"a b\"", "found \"a b\"; allowed: the name of a system user")]
    [InlineData("postgres.locale", "\"C; x\"", "found \"C; x\"; allowed: the name of a locale")]
    [InlineData("postgres.binDirectory", "\"bin\"", "found \"bin\"; allowed: an absolute path")]
    [InlineData("postgres.listenAddresses", "\"a'b\"", "found \"a'b\"; allowed: \"*\"")]
    [InlineData("postgres.tls", "{ \"mode\": \"given\", \"certificate\": \"env:A\" }", "is missing; required for mode \"given\"", "postgres.tls.key")]
    [InlineData("postgres.tls", "{ \"mode\": \"self_signed\", \"ca\": \"env:A\" }", "is allowed for mode \"given\" only; remove it", "postgres.tls.ca")]
    [InlineData("postgres.tls", "{ \"mode\": \"self_signed\", \"names\": [ \"a,b\" ] }", "found \"a,b\"; allowed: a host name or an address", "postgres.tls.names[0]")]
    [InlineData("postgres.tls", "{ \"names\": [ \"a\" ] }", "is allowed for mode \"self_signed\" only", "postgres.tls.names")]
    [InlineData("postgres.tls", "{ \"allowPlain\": true }", "has no effect for mode \"off\"", "postgres.tls.allowPlain")]
    [InlineData("postgres.tls.mode", "\"on\"", "found \"on\"; did you mean \"off\"? allowed: \"off\", \"self_signed\", \"given\"")]
    [InlineData("postgres.tls.key", "\"-----BEGIN PRIVATE KEY-----\"", "a plain value is refused")]
    [InlineData("postgres.jobName", "\"a b\"", "found \"a b\"; allowed: letters, digits")]
    [InlineData("postgres.initJobName", "\"pgbackrest-full\"", "\"pgbackrest-full\" is already the name of the job of postgres.initJobName", "pgbackrest.jobName")]
    [InlineData("postgres.initJobName", "\"pgbackrest-look\"", "\"pgbackrest-look\" is already the name of the job of postgres.initJobName", "pgbackrest.jobName")]
    [InlineData("postgres.initJobName", "\"postgres-lock\"", "\"postgres-lock\" is already the name", "postgres.jobName")]
    [InlineData("postgres.superuserPassword", "\"hunter2\"", "a plain value is refused; allowed: env:NAME, file:/path, secret:NAME or a Nomad template")]
    [InlineData("postgres.superuserPassword", "42", "is not a text; allowed: \"\" (generated), env:NAME")]
    [InlineData("postgres.superuserPassword", "\"env:1A\"", "\"env:\" needs the name of an environment variable")]
    [InlineData("postgres.superuserPassword", "\"file:secret\"", "\"file:\" needs an absolute path")]
    [InlineData("postgres.superuserPassword", "\"hunter2{{ .x }}\"", "a Nomad template may contain only")]
    [InlineData("postgres.superuserPassword", "\"{{ \\\"hunter2\\\" }}\"", "a Nomad template may contain only")]
    [InlineData("postgres.databases", "{}", "found an object; allowed: a list")]
    [InlineData("postgres.databases[0].name", "\"postgres\"", "\"postgres\" exists in every cluster")]
    [InlineData("postgres.databases[1].name", "\"app\"", "\"app\" is already in postgres.databases[0]")]
    [InlineData("postgres.databases[1].user", "\"app\"", "\"app\" is already created by postgres.databases[0]")]
    [InlineData("postgres.databases[1].user", "\"pg_monitor\"", "\"pg_monitor\" is reserved")]
    [InlineData("postgres.databases[1].name", "\"0123456789012345678901234567890123456789012345678901234567890123\"", "\"01234")]
    [InlineData("postgres.databases[1].name", "\"a\\tb\"", "contains a control character")]
    [InlineData("postgres.databases[1].pasword", "\"\"", "unknown setting; did you mean \"password\"?")]
    [InlineData("postgres.databases[1]", "null", "found null; allowed: an object")]
    [InlineData("postgres.initScript", "\"{{ key \\\"x\\\" }}\"", "contains a Nomad template")]
    [InlineData("postgres.initScript", "\"@missing.sql\"", "cannot read missing.sql")]
    [InlineData("postgres.settings", "{ \"port\": 1 }", "is managed by the runbook: set postgres.port", "postgres.settings.port")]
    [InlineData("postgres.settings", "{ \"archive_command\": \"x\" }", "is managed by the runbook: the runbook archives", "postgres.settings.archive_command")]
    [InlineData("postgres.settings", "{ \"recovery_target_time\": \"x\" }", "is managed by the runbook: set the recovery target", "postgres.settings.recovery_target_time")]
    [InlineData("postgres.settings", "{ \"primary_conninfo\": \"x\" }", "is managed by the runbook: a cluster has one server", "postgres.settings.primary_conninfo")]
    [InlineData("postgres.settings", "{ \"WAL_level\": \"minimal\" }", "is managed by the runbook: \"minimal\" writes too little WAL", "postgres.settings.WAL_level")]
    [InlineData("postgres.settings", "{ \"a b\": 1 }", "is not the name of a setting", "postgres.settings.a b")]
    [InlineData("postgres.settings", "{ \"work_mem\": [] }", "found a list; allowed: a string, a number", "postgres.settings.work_mem")]
    [InlineData("postgres.hba", "[ \"hots all all all md5\" ]", "found \"hots all all all md5\"; the type is \"hots\"; did you mean \"host\"?", "postgres.hba[0]")]
    [InlineData("postgres.hba", "[ \"local all all\" ]", "found \"local all all\"; allowed: local DATABASE USER METHOD", "postgres.hba[0]")]
    [InlineData("postgres.hba", "[ \"host all all 10.0.0.0 md5\" ]", "found \"host all all 10.0.0.0 md5\"; the address \"10.0.0.0\" has no prefix length", "postgres.hba[0]")]
    [InlineData("postgres.hba", "[ \"host all all fd00::1 md5\" ]", "found \"host all all fd00::1 md5\"; the address \"fd00::1\" has no prefix length; write fd00::1/128 for one host", "postgres.hba[0]")]
    [InlineData("postgres.hba", "[ \"host all all 10.0.0.0/99 md5\" ]", "found \"host all all 10.0.0.0/99 md5\"; the address is \"10.0.0.0/99\"", "postgres.hba[0]")]
    [InlineData("postgres.hba", "[ \"host all all all scram\" ]", "found \"host all all all scram\"; the method is \"scram\"", "postgres.hba[0]")]
    [InlineData("postgres.hba", "[ \"host all all all peer\" ]", "found \"host all all all peer\"; the method \"peer\" works for local", "postgres.hba[0]")]
    [InlineData("postgres.hba", "[ \"host all @users all md5\" ]", "found \"host all @users all md5\"; a file of names", "postgres.hba[0]")]
    [InlineData("volumes.data.path", "\"data\"", "found \"data\"; allowed: an absolute path")]
    [InlineData("volumes.data.path", "\"/a/../b\"", "found \"/a/../b\"; allowed: a path without")]
    [InlineData("volumes.data.path", "\"/a'b\"", "found \"/a'b\"; a path must not contain")]
    [InlineData("volumes.data", "null", "found null; allowed: an object")]
    [InlineData("volumes.socket.path", "\"/var/lib/postgresql/\"", "\"/var/lib/postgresql\" is also volumes.data.path")]
    [InlineData("volumes.log.name", "\"postgres-data\"", "\"postgres-data\" is also volumes.data.name")]
    [InlineData("volumes.socket.path", "\"/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789\"", "the socket /0123456789/")]
    [InlineData("consul.connect", "true", "needs consul.serviceName")]
    [InlineData("consul.serviceName", "\"a_b\"", "found \"a_b\"; allowed: letters, digits and \"-\"")]
    [InlineData("pgbackrest.stanza", "\"a b\"", "found \"a b\"; allowed: letters, digits")]
    [InlineData("pgbackrest.compressType", "\"xz\"", "found \"xz\"; did you mean \"gz\"? allowed: \"zst\", \"gz\", \"lz4\", \"bz2\", \"none\"")]
    [InlineData("pgbackrest.processMax", "-1", "found -1; allowed: a whole number from 0 to 999")]
    [InlineData("pgbackrest.repositories[0].retention.full", "0", "found 0; allowed: a whole number from 1 to 9999999")]
    [InlineData("pgbackrest.schedules.incr.keep", "1", "unknown setting; allowed: cron, timeZone")]
    [InlineData("pgbackrest.check.cron", "\"61 * * * *\"", "\"61 * * * *\": minute is 61; allowed: 0 to 59")]
    [InlineData("pgbackrest.check.timeZone", "\"Mars\"", "found \"Mars\"; allowed: an IANA name")]
    [InlineData("pgbackrest.check.freeSpace", "100", "found 100; allowed: a whole number from 1 to 99 %")]
    [InlineData("pgbackrest.check.fullAge", "\"8d\"", "found \"8d\"; allowed: a duration")]
    [InlineData("pgbackrest.archivePushQueueMax", "16", "found 16; allowed: 0, or at least 48 MB")]
    [InlineData("postgres.initJobName", "\"pgbackrest-check\"", "\"pgbackrest-check\" is already the name of the job of postgres.initJobName", "pgbackrest.jobName")]
    [InlineData("pgbackrest.schedules.full.timeZone", "\"Mars\"", "found \"Mars\"; allowed: an IANA name")]
    [InlineData("pgbackrest.schedules.full.cron", "\"61 * * * *\"", "\"61 * * * *\": minute is 61; allowed: 0 to 59")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 * *\"", "\"0 0 * *\" has 4 fields; allowed: five (minute, hour, day of month, month, day of week)")]
    [InlineData("pgbackrest.schedules.full.cron", "\"@fortnightly\"", "\"@fortnightly\" is not a macro; allowed: @yearly")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 1 * 1\"", "\"0 0 1 * 1\" restricts both day of month and day of week")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 * * FRI-MON\"", "\"0 0 * * FRI-MON\": day of week runs backwards")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 x * * *\"", "\"0 x * * *\": hour is \"x\", which Nomad does not accept; allowed: numbers from 0 to 23")]
    [InlineData("pgbackrest.schedules.full.cron", "\"H 3 * * *\"", "\"H 3 * * *\": minute is \"H\", which Nomad does not accept")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 * * 0-0\"", "\"0 3 * * 0-0\": day of week \"0-0\" means 0,1,2,3,4,5,6 in Nomad and 0 in cron")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 * * 1-7\"", "\"0 3 * * 1-7\": day of week \"1-7\" means 1,2,3,4,5,6 in Nomad and 0,1,2,3,4,5,6 in cron")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 * * 2,5-7\"", "\"0 3 * * 2,5-7\": day of week \"5-7\" means 5,6 in Nomad and 0,5,6 in")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 * * 05\"", "\"0 3 * * 05\": day of week \"05\" means 0 in Nomad and 5 in cron")]
    [InlineData("pgbackrest.schedules.full.cron", "\"*/60 3 * * *\"", "\"*/60 3 * * *\": minute is \"*/60\", which Nomad does not accept")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 L-3 * *\"", "\"0 3 L-3 * *\": day of month is \"L-3\", which Nomad does not accept")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 30 2 *\"", "\"0 3 30 2 *\" never occurs: there is no day 30 in month 2")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 31 4,6 *\"", "\"0 3 31 4,6 *\" never occurs: there is no day 31 in month 4,6")]
    [InlineData("pgbackrest.repositories[0].type", "\"s4\"", "found \"s4\"; did you mean \"s3\"? allowed: \"posix\", \"s3\", \"azure\", \"gcs\", \"sftp\"")]
    [InlineData("pgbackrest.repositories[0].type", "\"posix\"", "is allowed for type \"s3\" only", "pgbackrest.repositories[0].s3", "pgbackrest.repositories[0].volume")]
    [InlineData("pgbackrest.repositories[0].s3", "null", "is missing; required for type \"s3\"")]
    [InlineData("pgbackrest.repositories[0].volume", "\"x\"", "has no effect for type \"s3\"")]
    [InlineData("pgbackrest.repositories[0].s3.key", "\"AKIAIOSFODNN7\"", "a plain value is refused")]
    [InlineData("pgbackrest.repositories[0].s3.keySecret", "\"\"", "is missing; required for key type \"shared\": env:NAME, file:/path, secret:NAME or a Nomad template")]
    [InlineData("pgbackrest.repositories[0].s3.endpoint", "\"http://x\"", "found \"http://x\"; allowed: a host, optionally with https://")]
    [InlineData("pgbackrest.repositories[0].s3.endpoint", "\"https://x/bucket\"", "found \"https://x/bucket\"; allowed: a host")]
    [InlineData("pgbackrest.repositories[0].s3.keyType", "\"auto\"", "has no effect for key type \"auto\"", "pgbackrest.repositories[0].s3.key", "pgbackrest.repositories[0].s3.keySecret")]
    [InlineData("pgbackrest.repositories[0].cipherPassphrase", "\"hunter2\"", "a plain value is refused")]
    [InlineData("pgbackrest.repositories[0].azure", "{ \"account\": \"a\", \"container\": \"c\", \"key\": \"env:K\" }", "is allowed for type \"azure\" only")]
    [InlineData("pgbackrest.repositories[0].retention.fullType", "\"days\"", "found \"days\"; allowed: \"count\", \"time\"")]
    [InlineData("pgbackrest.repositories[0].tls", "{ \"caFile\": \"/ca.pem\", \"trustAnyCertificate\": true }", "has no effect with", "pgbackrest.repositories[0].tls.caFile")]
    [InlineData("pgbackrest.archivePushQueueMax", "-1", "found -1; allowed: a whole number from 0 to 1073741824 MB")]
    [InlineData("pgbackrest.repositories[0].tls.caFile", "\"ca.pem\"", "found \"ca.pem\"; allowed: an absolute path")]
    public void A_wrong_setting_is_told_with_its_path(string path, string json, string? problem, params string[] told)
    {
        var errors = ProfileFolder.ErrorsOf(With(path, json));
        if (problem is null)
        {
            // A list at the top is none of ours, so the section counts as missing.
            errors.ShouldHaveSingleItem().ShouldStartWith("nomad.datacenter: is missing");
            return;
        }

        errors.Select(error => error[..error.IndexOf(": ", StringComparison.Ordinal)])
            .ShouldBe(told.Length == 0 ? [path] : told, ignoreOrder: true);
        errors.ShouldContain(error => error.Contains(": " + problem, StringComparison.Ordinal));
        errors.ShouldAllBe(error => error.Contains("(.nuke/parameters.x.json:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ \"type\": \"azure\" }", "azure: is missing; required for type \"azure\"")]
    [InlineData("{ \"type\": \"gcs\", \"gcs\": { \"bucket\": \"b\", \"keyFile\": \"k.json\" } }", "gcs.keyFile: found \"k.json\"; allowed: an absolute path")]
    [InlineData("{ \"type\": \"sftp\", \"sftp\": { \"host\": \"h\", \"user\": \"u\", \"privateKeyFile\": \"/k\", \"hostFingerprint\": \"SHA256:x\" } }",
        "sftp.hostFingerprint: found \"SHA256:x\"; allowed: 64 hex digits")]
    [InlineData("{ \"type\": \"posix\", \"volume\": \"v\", \"tls\": { \"caFile\": \"/ca.pem\" } }", "tls: has no effect for type \"posix\"")]
    [InlineData("{ \"type\": \"posix\", \"volume\": \"v\", \"bundle\": false, \"block\": true }", "block: needs pgbackrest.repositories[1].bundle")]
    [InlineData("{ \"type\": \"s3\", \"s3\": { \"endpoint\": \"other.example.com\", \"bucket\": \"b\", \"region\": \"r\", \"keyType\": \"auto\" } }",
        "path: \"/pgbackrest\" is also the location of pgbackrest.repositories[0]")]
    public void A_second_repository_has_its_own_rules(string json, string problem)
    {
        var root = JsonNode.Parse(Right)!;
        root["pgbackrest"]!["repositories"]!.AsArray().Add(JsonNode.Parse(json));
        ProfileFolder.ErrorsOf(root.ToJsonString()).ShouldHaveSingleItem().ShouldStartWith("pgbackrest.repositories[1]." + problem);
    }

    [Fact]
    public void There_are_at_most_four_repositories()
    {
        var root = JsonNode.Parse(Right)!;
        foreach (var n in Enumerable.Range(1, 4))
            root["pgbackrest"]!["repositories"]!.AsArray().Add(JsonNode.Parse($$"""{ "type": "posix", "path": "/r{{n}}", "volume": "v{{n}}" }"""));
        ProfileFolder.ErrorsOf(root.ToJsonString()).ShouldHaveSingleItem().ShouldContain("found 5 repositories; allowed: at most 4");
    }

    [Theory]
    [InlineData("postgres.superuserPassword", "\"hunter2\"")]
    [InlineData("postgres.databases[0].password", "\"env:hunter2!\"")]
    [InlineData("pgbackrest.repositories[0].s3.key", "\"hunter2\"")]
    [InlineData("pgbackrest.repositories[0].s3.key", "[ \"hunter2\" ]")]
    [InlineData("pgbackrest.repositories[0].s3.key", "\"hunter2{{ .x }}\"")]
    public void A_secret_given_plainly_is_not_repeated(string path, string json) =>
        ProfileFolder.ErrorsOf(With(path, json)).ShouldHaveSingleItem().ShouldNotContain("hunter2");

    [Theory]
    [InlineData("postgres.tls", "{ \"mode\": \"self_signed\", \"names\": [ \"*.db.example.com\", \"fd00::1\" ] }")]
    [InlineData("postgres.tls", "{ \"mode\": \"given\", \"certificate\": \"file:/c.pem\", \"key\": \"env:KEY\" }")]
    [InlineData("postgres.databases[0].name", "\"with \\\"quotes\\\" and blanks\"")]
    [InlineData("postgres.databases[1].user", "\"ünïcode\"")]
    [InlineData("postgres.initScript", "\"select '{{1,2},{3,4}}'::int[]\"")]
    [InlineData("postgres.settings", "{ \"wal_level\": \"logical\", \"pg_stat_statements.max\": 100, \"jit\": false }")]
    [InlineData("postgres.hba", "[ \"host all all 10.0.0.0 255.0.0.0 md5\", \"hostssl a,b +c samenet cert clientcert=verify-full\" ]")]
    [InlineData("postgres.hba", "[ \"host \\\"a b\\\" all .example.com reject\", \"host all all ::1/128 md5\" ]")]
    [InlineData("volumes.data.path", "\"/srv/my data/ünïcode\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 3 * * SUN\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"*/15 0-6,22,23 1 JAN-MAR ?\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 * * 6#2\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 29 2 *\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 L * *\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"5/20 03 * 01 7\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 * * 0-6\"")]
    [InlineData("pgbackrest.schedules.full.cron", "\"0 0 * * MON-SAT/2\"")]
    [InlineData("pgbackrest.repositories[0].s3.endpoint", "\"https://minio.example.com:9000/\"")]
    [InlineData("pgbackrest.repositories[0].s3.key", "\"{{ with secret \\\"kv/data/s3\\\" }}{{ .Data.data.key }}{{ end }}\"")]
    [InlineData("consul", "{ \"serviceName\": \"db\", \"connect\": true }")]
    public void What_looks_odd_but_works_is_taken(string path, string json) =>
        ProfileFolder.ErrorsOf(With(path, json)).ShouldBeEmpty();

    /// <summary>The right configuration with one setting put in its place.</summary>
    private static string With(string path, string json)
    {
        var root = JsonNode.Parse(Right)!;
        var keys = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        var at = root;
        foreach (var key in keys[..^1])
            at = Index(key) is { } i ? at[i]! : at[key] ?? (at[key] = new JsonObject());
        if (Index(keys[^1]) is { } last)
            at[last] = JsonNode.Parse(json);
        else
            at[keys[^1]] = JsonNode.Parse(json);
        return root.ToJsonString();
    }

    private static int? Index(string key) => key.StartsWith('[') ? int.Parse(key[1..^1]) : null;
}
