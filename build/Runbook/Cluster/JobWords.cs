using System.Globalization;
using Runbook.Nomad;

namespace Runbook.Cluster;

/// <summary>What differs between two versions of a job, in people's words. Pure.</summary>
public static class JobWords
{
    private const int Shown = 60;

    /// <summary>One entry for each thing that differs, left what Nomad has, right what is rendered.</summary>
    public static IEnumerable<string> Differences(JobDiff job) =>
        job.Mark == DiffMark.Edited ? Of(job).Distinct() : [];

    private static IEnumerable<string> Of(JobDiff part)
    {
        foreach (var field in part.Fields.Where(f => f.Mark != DiffMark.None))
            yield return FieldWords(part, field);
        foreach (var said in Templates(part))
            yield return said;
        foreach (var block in part.Blocks.Where(b => b.Kind != "Template"))
        {
            foreach (var said in Inner(block))
                yield return said;
        }
    }

    // A block that came or went is named; of one that changed, or of a task, each field is.
    private static IEnumerable<string> Inner(JobDiff block) => block.Kind switch
    {
        JobDiff.TaskGroup or JobDiff.Task when block.Mark == DiffMark.Edited => Of(block).DefaultIfEmpty($"{block.Kind.ToLowerInvariant()} {block.Name}"),
        JobDiff.TaskGroup or JobDiff.Task => block.Mark == DiffMark.None ? [] : [$"{block.Kind.ToLowerInvariant()} {block.Name} {(block.Mark == DiffMark.Added ? "added" : "removed")}"],
        _ when block.Mark == DiffMark.Edited => Of(block),
        _ when block.Mark == DiffMark.None => [],
        _ => [$"{Noun(block.Kind)} {(block.Mark == DiffMark.Added ? "added" : "removed")}{Content(block)}"],
    };

    private static string FieldWords(JobDiff part, DiffField field) => (part.Kind, field.Name) switch
    {
        (_, "Stop") => field.Old == "true" ? "it was stopped" : "it is to be stopped",
        (_, "Count") => $"its count is {field.Old}, not {field.New}",
        ("Resources", "MemoryMB") => $"memory {Change(field)} MB",
        ("Resources", "CPU") => $"cpu {Change(field)} MHz",
        (_, "KillTimeout" or "MinHealthyTime" or "HealthyDeadline" or "ProgressDeadline" or "Interval" or "Delay" or "ShutdownDelay") =>
            $"{Noun(field.Name)} {Change(field with { Old = Span(field.Old), New = Span(field.New) })}",
        ("Periodic", "Spec") => $"cron {Change(field)}",
        ("Config", _) => $"{field.Name} of the driver {Change(field)}",
        _ when field.Name.StartsWith("Env[", StringComparison.Ordinal) => $"environment {field.Name[4..^1]} {Change(field)}",
        _ when field.Name.StartsWith("Meta[", StringComparison.Ordinal) => $"meta {field.Name[5..^1]} {Change(field)}",
        (JobDiff.Job or JobDiff.TaskGroup or JobDiff.Task, _) => $"{Noun(field.Name)} {Change(field)}",
        _ => $"{Noun(part.Kind)}, {Noun(field.Name)} {Change(field)}",
    };

    // A file that changed is one that went and one that came; of newer servers, one that was edited.
    private static IEnumerable<string> Templates(JobDiff task)
    {
        var files = task.Blocks.Where(b => b.Kind == "Template" && b.Mark != DiffMark.None)
            .ToLookup(b => b.Field("DestPath") is { } path ? path.New.Length > 0 ? path.New : path.Old : "");
        foreach (var file in files)
        {
            var old = file.FirstOrDefault(b => b.Mark is DiffMark.Deleted or DiffMark.Edited);
            var now = file.FirstOrDefault(b => b.Mark is DiffMark.Added or DiffMark.Edited);
            var said = FileWords.Differences(file.Key, Text(old, text => text.Old), Text(now, text => text.New)).ToList();
            foreach (var line in said)
                yield return line;
            if (said.Count == 0)
                yield return $"how {FileWords.Name(file.Key)} is written";
        }
    }

    private static string? Text(JobDiff? template, Func<DiffField, string> version) =>
        template is null ? null : template.Field("EmbeddedTmpl") is { } text ? version(text) : "";

    private static string Content(JobDiff block)
    {
        var fields = block.Fields.Where(f => f.Mark != DiffMark.None).Select(f => (f.Name, Value: f.New.Length > 0 ? f.New : f.Old))
            .Where(f => f.Value is not ("0" or "false")).Select(f => $"{f.Name} {Short(f.Value)}");
        var inner = block.Blocks.SelectMany(b => b.Fields).Where(f => f.Name is "Label" or "Value" && f.Mark != DiffMark.None).Select(f => f.New.Length > 0 ? f.New : f.Old);
        var all = string.Join(", ", fields.Concat(inner));
        return all.Length > 0 ? $" ({all})" : "";
    }

    private static string Change(DiffField field) => field.Mark switch
    {
        DiffMark.Added => $"{Short(field.New)} (new)",
        DiffMark.Deleted => $"{Short(field.Old)} (removed)",
        _ => $"{Short(field.Old)} -> {Short(field.New)}",
    };

    internal static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= Shown ? line : line[..Shown] + "...";
    }

    // Nomad counts in nanoseconds.
    private static string Span(string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var nanoseconds) ? Settings.Duration.Format(TimeSpan.FromTicks(nanoseconds / 100)) : text;

    // KillTimeout: kill timeout.
    private static string Noun(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 && char.IsLower(name[i - 1]) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
