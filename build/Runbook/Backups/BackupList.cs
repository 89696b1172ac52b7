using Runbook.Output;
using Runbook.Run;

namespace Runbook.Backups;

/// <summary>The backup sets of the repositories: Backups.</summary>
public static class BackupList
{
    /// <summary>The backup sets.</summary>
    /// <exception cref="RunbookException">There is no repository, or nobody to ask about it.</exception>
    public static async Task<string> ReadAsync(Session session, OutputFormat format, CancellationToken ct)
    {
        if (!session.Settings.HasBackups)
            throw RunbookException.Refused("no repository is configured: there are no backups", "set pgbackrest.repositories, then run Deploy");
        var node = (await session.Reader.ReadAsync(ct)).Node
            ?? throw RunbookException.Refused("the cluster is not deployed", "./build.sh Deploy");
        var repository = node.Repository
            ?? throw new RunbookException(ExitCode.Failed, $"the repository does not answer: {node.RepositoryError}") { State = "nothing was changed", Next = "./build.sh Status" };
        if (format == OutputFormat.Json)
            return BackupsReport.Json(repository.Sets);
        var text = new StringWriter();
        BackupsReport.Write(text, repository, session.Time.GetUtcNow());
        return text.ToString().TrimEnd();
    }
}
