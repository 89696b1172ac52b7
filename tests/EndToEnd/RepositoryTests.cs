using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>What lies in the repository: whether it is whole, what goes from it, and what is needed to read it without us.</summary>
public sealed partial class RepositoryTests(EncryptedCluster cluster) : IClassFixture<EncryptedCluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Fact, Thorough]
    public async Task Flipped_bytes_a_missing_file_and_a_missing_segment_are_each_found()
    {
        await cluster.Ready();
        var first = (await cluster.Backup("full")).Label;
        // A segment that belongs to no set, between two of them.
        await cluster.Write("between");
        await Checkout.Sql("select pg_switch_wal()");
        await cluster.Write("later");
        var full = (await cluster.Backup("full")).Label;
        var incr = (await cluster.Backup("incr")).Label;
        var whole = await Checkout.Run(0, "Verify");
        whole.Out.ShouldContain(": whole");
        whole.Out.ShouldContain("can be restored: ");

        var segment = await Between(first, full);
        var bundle = Directory.GetFiles(Path.Combine(Checkout.Backups, full, "bundle"))[0];
        Flip(bundle);
        using (new Aside(Directory.GetFiles(Path.Combine(Checkout.Backups, incr, "bundle"))[0]))
        using (new Aside(segment.File))
        {
            var damaged = await Checkout.Run(1, "Verify", "--output", "json");
            damaged.Error.ShouldContain("repository 1 is not whole: 3 problems");
            damaged.Error.ShouldContain("next:  ./build.sh ");
            var problems = damaged.Json().GetProperty("repositories")[0].GetProperty("problems").EnumerateArray().ToList();
            problems.Count.ShouldBe(3);

            var flipped = problems.Find(p => Says(p, full + " has"));
            Names(flipped, "sets").ShouldContain(full);
            flipped.GetProperty("what").GetString()!.ShouldContain("damaged or missing file");
            // The first set and its WAL reach over it, but for the segment that is missing as well.
            flipped.GetProperty("lost").GetArrayLength().ShouldBe(0);
            flipped.GetProperty("next").GetString()!.ShouldContain($"./build.sh Expire --backup-set {full}");

            Names(problems.Find(p => Says(p, incr + " has")), "sets").ShouldBe([incr]);

            var gap = problems.Find(p => Says(p, segment.Name));
            Names(gap, "segments").ShouldBe([segment.Name]);
            gap.GetProperty("lost").GetArrayLength().ShouldBe(1);
            gap.GetProperty("next").GetString()!.ShouldContain($"{full} begins after it");
            var lost = damaged.Json().GetProperty("repositories")[0].GetProperty("lost").EnumerateArray().ToList();
            lost.ShouldNotBeEmpty("with the only set behind the gap damaged, the times after it are lost");
        }
        Flip(bundle);

        // The server need not run for it.
        await Checkout.Run(0, "Stop");
        (await Checkout.Run(0, "Verify", "--repository", "1")).Out.ShouldContain(": whole");
        (await Checkout.Run(2, "Verify", "--repository", "2")).Error.ShouldContain("there is one repository, number 1");
    }

    [Fact, Thorough]
    public async Task A_set_goes_with_what_builds_on_it_but_never_the_last_full_one()
    {
        await cluster.Ready();
        var first = (await cluster.Backup("full")).Label;
        var incr = (await cluster.Backup("incr")).Label;
        var second = (await cluster.Backup("full")).Label;

        var looked = await Checkout.Run(0, "Expire", "--backup-set", first, "--dry-run");
        looked.Out.ShouldContain($"goes   {first}, full");
        looked.Out.ShouldContain($"goes   {incr}, incremental");
        looked.Out.ShouldContain($"stays  {second}, full");
        // Nobody can answer here, so nothing goes.
        var asked = await Checkout.Run(3, "Expire", "--backup-set", first);
        asked.Error.ShouldContain($"./build.sh Expire --backup-set {first} --yes");
        Checkout.Sets.Select(s => s.Label).ShouldContain(first);

        var gone = await Checkout.Run(0, "Expire", "--backup-set", first, "--yes");
        gone.Out.ShouldContain($"repository 1: ");
        gone.Out.ShouldContain("can be restored: any moment from ");
        var left = Checkout.Sets.Select(s => s.Label).ToList();
        left.ShouldNotContain(first);
        left.ShouldNotContain(incr);
        left.ShouldContain(second);
        Directory.Exists(Path.Combine(Checkout.Backups, first)).ShouldBeFalse();

        foreach (var set in Checkout.Sets.Where(s => s.Type == "full" && s.Label != second))
            await Checkout.Run(0, "Expire", "--backup-set", set.Label, "--yes");
        var refused = await Checkout.Run(3, "Expire", "--backup-set", second, "--yes");
        refused.Error.ShouldContain($"{second} is the last full backup");
        Checkout.Sets.Select(s => s.Label).ShouldContain(second);
        (await Checkout.Run(3, "Expire", "--backup-set", first, "--yes")).Error.ShouldContain("does not exist");
        var preview = (await Checkout.Run(0, "Expire", "--dry-run", "--output", "json")).Json();
        (preview.GetProperty("removed").GetBoolean(), preview.GetProperty("repositories")[0].GetProperty("sets").GetArrayLength()).ShouldBe((false, 0));
        (await Checkout.Run(0, "Verify")).Out.ShouldContain(": whole");
    }

    [Fact, Thorough]
    public async Task What_Escrow_prints_restores_the_cluster_without_us()
    {
        await cluster.Ready();
        await cluster.Write("in", "the", "set");
        await cluster.Backup("full");
        await cluster.Write("and", "after");
        await Checkout.Sql("select pg_switch_wal()");
        await Wait.Until("archived", async () => await Checkout.Sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'") == "0");

        var escrow = await Checkout.Run(0, "Escrow");
        escrow.All.ShouldNotContain(EncryptedCluster.Passphrase);
        escrow.Out.ShouldContain("passphrase from env:REPOSITORY_PASSPHRASE, fingerprint ");
        var json = (await Checkout.Run(0, "Escrow", "--output", "json")).Json();
        var fingerprint = Fingerprint(json);
        // Another machine has no passphrase, a wrong one is told from the right one, and the same one is known again.
        Checkout.Variables.Remove("REPOSITORY_PASSPHRASE");
        (await Checkout.Run(0, "Escrow")).Out.ShouldContain("no fingerprint: env:REPOSITORY_PASSPHRASE: the environment variable REPOSITORY_PASSPHRASE is not set");
        Checkout.Variables["REPOSITORY_PASSPHRASE"] = EncryptedCluster.Passphrase + ".";
        Fingerprint((await Checkout.Run(0, "Escrow", "--output", "json")).Json()).ShouldNotBe(fingerprint);
        Checkout.Variables["REPOSITORY_PASSPHRASE"] = EncryptedCluster.Passphrase;
        Fingerprint((await Checkout.Run(0, "Escrow", "--output", "json")).Json()).ShouldBe(fingerprint);

        // What was printed, as it was printed, by the owner of the repository, with nothing but the passphrase beside it.
        var script = Commands().Match(escrow.Out).Groups["script"].Value;
        json.GetProperty("restore").GetString()!.Trim().ShouldBe(script.Trim());
        script.ShouldNotContain(EncryptedCluster.Passphrase);
        var folder = Path.Combine(Checkout.Sandbox, "data", "by-hand");
        var port = await Checkout.Sql("show port");
        var file = Path.Combine(Checkout.Sandbox, "data", "by-hand.sh");
        await File.WriteAllTextAsync(file, script, Wait.Token);
        var shell = Checkout.OwnersShell($"DIR='{folder}' PORT={port} bash '{file}'");
        foreach (var name in shell.Environment.Keys.Where(k => k != "PATH").ToList())
            shell.Environment.Remove(name);
        using (var without = new RunningBuild(shell))
            (await without.End()).Error.ShouldContain("PGBACKREST_REPO1_CIPHER_PASS: the secret of pgbackrest.repositories[0].cipherPassphrase");
        shell.Environment["PGBACKREST_REPO1_CIPHER_PASS"] = EncryptedCluster.Passphrase;
        using (var run = new RunningBuild(shell))
        {
            var restored = await run.End();
            restored.ExitCode.ShouldBe(0, restored.ToString());
        }
        (await Checkout.Sql("select string_agg(text, ' ' order by text) from note", $"host={folder} port={port} user=postgres dbname=postgres")).ShouldBe("after and in set the");
        using var stop = new RunningBuild(Checkout.OwnersShell($"{Directory.GetDirectories("/usr/lib/postgresql").Max()}/bin/pg_ctl stop -D '{folder}/data' -m fast -w -s"));
        (await stop.End()).ExitCode.ShouldBe(0);
        // The copy has written nothing into the repository that it came from.
        (await Checkout.Run(0, "Verify")).Out.ShouldContain(": whole");
    }

    private static string Fingerprint(JsonElement escrow) =>
        escrow.GetProperty("repositories")[0].GetProperty("passphrase").GetProperty("fingerprint").GetString()!;

    private static bool Says(JsonElement problem, string words) => problem.GetProperty("what").GetString()!.Contains(words, StringComparison.Ordinal);

    private static string[] Names(JsonElement problem, string property) => [.. problem.GetProperty(property).EnumerateArray().Select(n => n.GetString()!)];

    // A segment behind the first set and before the second one.
    private async Task<(string Name, string File)> Between(string first, string second)
    {
        var sets = (await Checkout.Run(0, "Backups", "--output", "json")).Json().EnumerateArray().ToDictionary(b => b.GetProperty("label").GetString()!);
        var from = sets[first].GetProperty("walStop").GetString()!;
        var to = sets[second].GetProperty("walStart").GetString()!;
        var file = Directory.GetFiles(Checkout.Archive, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is { Length: > 64 } name && name[24] == '-')
            .Order(StringComparer.Ordinal).First(f => string.CompareOrdinal(Path.GetFileName(f)[..24], from) > 0);
        var segment = Path.GetFileName(file)[..24];
        string.CompareOrdinal(segment, to).ShouldBeLessThan(0);
        return (segment, file);
    }

    // In the middle, where the files of a bundle are; done twice it is as it was.
    private static void Flip(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        var bytes = new byte[4];
        file.ReadExactly(bytes);
        file.Position -= bytes.Length;
        file.Write([.. bytes.Select(b => (byte)~b)]);
    }

    [GeneratedRegex(@"-----8<-----\n(?<script>.*)\n----->8-----", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Commands();
}
