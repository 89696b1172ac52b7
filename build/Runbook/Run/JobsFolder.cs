using Runbook.Render;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Run;

/// <summary>The copy of the jobs, and of Terraform's root module, that is kept below <c>jobs</c> to be reviewed.</summary>
/// <param name="path">The folder.</param>
/// <param name="module">Renders Terraform's root module.</param>
public sealed class JobsFolder(string path, TerraformModule module)
{
    /// <summary>Writes them.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="jobs">The jobs.</param>
    /// <exception cref="RunbookException">The folder cannot be written.</exception>
    public JobsChange Write(ClusterSettings settings, IReadOnlyList<RenderedJob> jobs)
    {
        try
        {
            return JobsDirectory.Write(path, jobs).And(JobsDirectory.WriteModule(path, module.Render(settings, jobs)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunbookException(ExitCode.WrongUse, $"the jobs cannot be written to {path}: {e.Message}", e)
            {
                State = RunbookException.Unchanged,
                Next = "make room there, or give this user the right to write there; then the same command",
            };
        }
    }

    /// <summary>The same for what repairs a cluster: a full disk, or a checkout of another user, does not stop that.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="listener">Is warned.</param>
    public void TryWrite(ClusterSettings settings, IReadOnlyList<RenderedJob> jobs, IRunListener listener)
    {
        try
        {
            Write(settings, jobs);
        }
        catch (RunbookException e)
        {
            listener.Warn($"{e.Message}; the run continues without that copy");
        }
    }
}
