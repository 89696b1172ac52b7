using System.Text.Json;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Wal;
using Spectre.Console;

namespace Runbook.Backups;

/// <summary>The backup sets of a repository, for people and for programs.</summary>
public static class BackupsReport
{
    /// <summary>The sets as JSON, oldest first.</summary>
    public static string Json(IEnumerable<BackupSet> sets) => JsonSerializer.Serialize(
        [.. sets.Select(s => new BackupDocument(
            s.Label, s.Type.ToString().ToLowerInvariant(), s.StartedAt, s.FinishedAt, s.Size, s.RepositorySize, s.WalStart, s.WalStop,
            s.Prior.Length > 0 ? s.Prior : null, s.Error, s.Repository))],
        BackupsJson.Default.IReadOnlyListBackupDocument);

    /// <summary>The sets as a table, newest first, and the window that can be restored.</summary>
    public static void Write(TextWriter writer, RepositoryInfo repository, DateTimeOffset now)
    {
        if (repository.Sets.IsEmpty)
        {
            writer.WriteLine($"no backup set ({repository.Message})");
            return;
        }
        var table = new Table().Border(TableBorder.None);
        var several = repository.Repositories.Length > 1;
        foreach (var heading in (string[])["label", "type", "age", "size", "in repository", "WAL", ""])
            table.AddColumn(new TableColumn(heading) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        foreach (var set in repository.Sets.Reverse())
            table.AddRow(
                new Text(set.Label), new Text(set.Type.ToString().ToLowerInvariant()), new Text(Words.Span(now - set.FinishedAt)),
                new Text(Words.Bytes(set.Size)), new Text($"{Words.Bytes(set.RepositorySize)}{(several ? $" ({set.Repository})" : "")}"),
                new Text(set.WalStart == set.WalStop ? set.WalStart : $"{set.WalStart}-{set.WalStop[16..]}"), new Text(set.Error ? "DAMAGED" : ""));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        // A table that is wider than the screen is read in a pager; one with broken labels is not read at all.
        console.Profile.Width = 140;
        console.Write(table);
        var oldest = repository.Sets[0];
        writer.WriteLine();
        writer.WriteLine($"can be restored: from {Words.At(oldest.FinishedAt)} ({oldest.Label}) to the end of archived WAL ({repository.WalMax})");
    }
}
