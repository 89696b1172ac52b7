using Runbook;
using Runbook.Render;
using Runbook.Run;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Tests.Steps;
using Xunit;

namespace Tests.Run;

/// <summary>The copy for review: who deploys needs it, who repairs does not.</summary>
public sealed class JobsFolderTests : IDisposable
{
    private static readonly RenderedJob Job = new("a", "a.nomad.hcl", JobRole.Full, "job");

    private readonly string _path = Directory.CreateTempSubdirectory("jobs-").FullName;
    private readonly RecordingListener _listener = new();

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_with_the_state_and_the_next_step()
    {
        var error = Should.Throw<RunbookException>(() => Blocked().Write(Given.Settings, [Job]));
        error.Code.ShouldBe(ExitCode.WrongUse);
        error.Message.ShouldStartWith($"the jobs cannot be written to {_path}/jobs/production: ");
        (error.State, error.Next).ShouldBe(("nothing was changed", "make room there, or give this user the right to write there; then the same command"));
    }

    [Fact]
    public void What_repairs_a_cluster_goes_on_without_it()
    {
        Blocked().TryWrite(Given.Settings, [Job], _listener);
        _listener.Said.ShouldHaveSingleItem().ShouldEndWith("; the run continues without that copy");
    }

    [Fact]
    public void Where_it_can_be_written_it_is()
    {
        Folder(_path).TryWrite(Given.Settings, [Job], _listener);
        _listener.Said.ShouldBeEmpty();
        File.ReadAllText(Path.Combine(_path, Job.FileName)).ShouldBe("job");
    }

    // The tests may run as root, whom no mode keeps out: a file is in the way.
    private JobsFolder Blocked()
    {
        File.WriteAllText(Path.Combine(_path, "jobs"), "");
        return Folder(Path.Combine(_path, "jobs", "production"));
    }

    private static JobsFolder Folder(string path) => new(path, new TerraformModule(Settings.Repository.PathOf("templates")));
}
