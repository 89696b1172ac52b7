using Runbook.Run;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Run;

public sealed class RunFilesTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("runs-").FullName, "runs");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    private RunFiles Files => new(_folder);

    [Fact]
    public void A_record_is_read_back_as_it_was_written()
    {
        Files.Read().ShouldBeEmpty();
        var path = Files.Begin(GivenRecord.Begun);
        Path.GetFileName(path).ShouldBe("20261122-120000-Restore.json");
        var ended = GivenRecord.Begun with { End = new RunEndRecord(Given.Noon.AddMinutes(1), 1, "the disk is full") };
        RunFiles.Write(path, ended);
        var (file, record) = Files.Read().ShouldHaveSingleItem();
        file.ShouldBe(path);
        record.ToEntry().ShouldBe(ended.ToEntry());
        (record.ToEntry().Outcome, record.ToEntry().Seconds, record.ToEntry().ExitCode).ShouldBe(("failed", 60, 1));
        Directory.GetFiles(_folder).ShouldBe([path]);
    }

    [Fact]
    public void Nobody_else_on_this_machine_can_read_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        // As an earlier version made it.
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        var path = Files.Begin(GivenRecord.Begun);
        RunFiles.Write(path, GivenRecord.Begun);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(_folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Two_of_one_second_have_a_file_each()
    {
        var one = Files.Begin(GivenRecord.Begun);
        var two = Files.Begin(GivenRecord.Begun with { Id = "other" });
        two.ShouldNotBe(one);
        Files.Read().Select(r => r.Record.Id).ShouldBe([GivenRecord.Begun.Id, "other"], ignoreOrder: true);
    }

    [Fact]
    public void Only_the_last_ones_are_kept()
    {
        for (var n = 0; n < RunFiles.Kept + 2; n++)
            Files.Begin(GivenRecord.Begun with { StartedAt = Given.Noon.AddSeconds(n) });
        var kept = Files.Read();
        kept.Count.ShouldBe(RunFiles.Kept);
        kept[0].Record.StartedAt.ShouldBe(Given.Noon.AddSeconds(2));
    }

    [Fact]
    public void One_without_an_end_was_killed_or_is_at_work()
    {
        GivenRecord.Begun.ToEntry().Outcome.ShouldBe("killed");
        (GivenRecord.Begun with { Boot = LocalProcess.Boot }).ToEntry().Outcome.ShouldBe("killed");
        (GivenRecord.Begun with { Boot = LocalProcess.Boot, Process = LocalProcess.Self }).ToEntry().Outcome.ShouldBe("running");
    }

    [Fact]
    public void What_is_no_record_is_passed_over()
    {
        Files.Begin(GivenRecord.Begun);
        File.WriteAllText(Path.Combine(_folder, "a.json"), "{");
        File.WriteAllText(Path.Combine(_folder, "b.json"), "null");
        File.WriteAllText(Path.Combine(_folder, "c.json"), "{}");
        Files.Read().ShouldHaveSingleItem();
    }
}
