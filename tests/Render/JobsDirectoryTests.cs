using Runbook.Render;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Render;

public sealed class JobsDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runbook-jobs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_folder_holds_exactly_the_jobs_and_what_is_no_job()
    {
        var path = Path.Combine(_folder.FullName, "jobs");
        Write(path, ("a", "1"), ("b", "1")).ShouldBe("added a, b; changed ; removed ; unchanged ");
        File.WriteAllText(Path.Combine(path, "README.md"), "mine");

        Write(path, ("a", "1"), ("b", "2"), ("c", "1")).ShouldBe("added c; changed b; removed ; unchanged a");
        Write(path, ("c", "1")).ShouldBe("added ; changed ; removed a, b; unchanged c");
        Write(path, ("c", "1")).ShouldBe("added ; changed ; removed ; unchanged c");

        Directory.GetFiles(path).Select(Path.GetFileName).ShouldBe(["README.md", "c.nomad.hcl"], ignoreOrder: true);
        File.ReadAllBytes(Path.Combine(path, "c.nomad.hcl")).ShouldBe("1"u8.ToArray());
    }

    private static string Write(string path, params (string Id, string Text)[] jobs)
    {
        var change = JobsDirectory.Write(path,
            [.. jobs.Select(job => new RenderedJob(job.Id, $"{job.Id}.nomad.hcl", JobRole.Full, job.Text))]);
        change.Any.ShouldBe(change.Added.Count + change.Changed.Count + change.Removed.Count > 0);
        return $"added {Names(change.Added)}; changed {Names(change.Changed)}; removed {Names(change.Removed)}; "
            + $"unchanged {Names(change.Unchanged)}";
    }

    private static string Names(IEnumerable<string> files) =>
        string.Join(", ", files.Select(file => file.Replace(".nomad.hcl", "", StringComparison.Ordinal)));
}
