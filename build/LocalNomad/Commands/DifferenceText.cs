using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalNomad.Model;
using LocalNomad.Scheduling;

namespace LocalNomad.Commands;

/// <summary>What a plan would change, line for line as Nomad aligns and marks it.</summary>
internal sealed class DifferenceText
{
    // Nomad works these into the group and the task, or writes them itself.
    private static readonly string[] JobFields =
    [
        "ID", "Status", "StatusDescription", "Version", "Stable", "CreateIndex", "ModifyIndex", "JobModifyIndex", "Update", "SubmitTime", "NomadTokenID",
    ];

    // A change of nothing else leaves the task running.
    private static readonly string[] InPlaceBlocks = ["LogConfig", "Service", "Constraint"];

    private readonly StringBuilder _text = new();

    public static string Of(JobPlan plan)
    {
        var text = new DifferenceText();
        if (plan.Existing is null)
            text.Added(plan);
        else
            text.Compared(plan, plan.Existing);
        return text._text.ToString();
    }

    private void Added(JobPlan plan)
    {
        Line(0, $"+ Job: \"{plan.Planned.ID}\"");
        foreach (var group in plan.Planned.TaskGroups)
        {
            Line(0, $"+ Task Group: \"{group.Name}\"{Updates(plan, group)}");
            foreach (var task in group.Tasks)
                Line(2, $"+ Task: \"{task.Name}\" (forces create)");
        }
    }

    private void Compared(JobPlan plan, Job existing)
    {
        var old = NomadJson.ToNode(existing, NomadJson.Default.Job).AsObject();
        var now = NomadJson.ToNode(plan.Planned, NomadJson.Default.Job).AsObject();
        var fields = Difference.Fields(old, now, JobFields);
        List<BlockDifference> blocks =
        [
            .. Difference.Blocks("Constraint", old["Constraints"], now["Constraints"]),
            .. One(Words("Datacenters", old, now)),
            .. One(Difference.Block("ParameterizedJob", old["ParameterizedJob"], now["ParameterizedJob"], deep: true)),
            .. One(Difference.Block("Periodic", old["Periodic"], now["Periodic"])),
        ];
        var groups = plan.Planned.TaskGroups.Select(group => (Group: group, Kind: JsonNode.DeepEquals(Named(old, group.Name), Named(now, group.Name)) ? DifferenceKind.None : DifferenceKind.Edited)).ToList();
        var kind = plan.IsSame ? DifferenceKind.None : DifferenceKind.Edited;
        Line(0, $"{Mark(kind)}Job: \"{plan.Planned.ID}\"");
        var width = Math.Max(Width(fields, blocks), groups.Max(group => Mark(group.Kind).Length));
        if (kind == DifferenceKind.Edited)
            Body(fields, blocks, 0, width);
        foreach (var (group, edited) in groups)
            Group(plan, group, edited, Named(old, group.Name), Named(now, group.Name)!, width - Mark(edited).Length);
    }

    private void Group(JobPlan plan, TaskGroup group, DifferenceKind kind, JsonObject? old, JsonObject now, int pad)
    {
        Line(0, $"{Mark(kind)}{Blanks(pad)}Task Group: \"{group.Name}\"{Updates(plan, group)}");
        old ??= [];
        var fields = Difference.Fields(old, now, "Name");
        List<BlockDifference> blocks =
        [
            .. Difference.Blocks("Constraint", old["Constraints"], now["Constraints"]),
            .. One(Difference.Block("EphemeralDisk", old["EphemeralDisk"], now["EphemeralDisk"])),
            .. Difference.Blocks("Network", old["Networks"], now["Networks"]),
            .. One(Difference.Block("ReschedulePolicy", old["ReschedulePolicy"], now["ReschedulePolicy"])),
            .. One(Difference.Block("RestartPolicy", old["RestartPolicy"], now["RestartPolicy"])),
            .. Difference.Blocks("Service", old["Services"], now["Services"]),
            .. One(Difference.Block("Update", old["Update"], now["Update"], deep: false, "Stagger")),
        ];
        var tasks = group.Tasks.Select(task => (task.Name, Old: Named(old, task.Name, "Tasks"), Now: Named(now, task.Name, "Tasks")!)).ToList();
        var kinds = tasks.ConvertAll(task => task.Old is null ? DifferenceKind.Added : JsonNode.DeepEquals(task.Old, task.Now) ? DifferenceKind.None : DifferenceKind.Edited);
        var width = Math.Max(Width(fields, blocks), kinds.Max(task => Mark(task).Length));
        if (kind == DifferenceKind.Edited)
            Body(fields, blocks, pad + 2, width);
        foreach (var (task, edited) in tasks.Zip(kinds))
            Task(task.Name, edited, task.Old ?? [], task.Now, pad + 2, width - Mark(edited).Length);
    }

    private void Task(string name, DifferenceKind kind, JsonObject old, JsonObject now, int start, int pad)
    {
        var fields = Difference.Fields(old, now, "Name");
        List<BlockDifference> blocks =
        [
            .. One(Difference.Block("Config", old["Config"], now["Config"], deep: true)),
            .. Difference.Blocks("Constraint", old["Constraints"], now["Constraints"]),
            .. One(Difference.Block("LogConfig", old["LogConfig"], now["LogConfig"])),
            .. One(Difference.Block("Resources", old["Resources"], now["Resources"])),
            .. Difference.Templates(old["Templates"], now["Templates"]),
        ];
        var replaces = fields.Any(field => field.Name != "KillTimeout") || blocks.Exists(block => !InPlaceBlocks.Contains(block.Name));
        var forces = kind switch
        {
            DifferenceKind.Added => " (forces create)",
            DifferenceKind.Edited => replaces ? " (forces create/destroy update)" : " (forces in-place update)",
            _ => "",
        };
        Line(start, $"{Mark(kind)}{Blanks(pad)}Task: \"{name}\"{forces}");
        if (kind == DifferenceKind.Edited)
            Body(fields, blocks, start + 2, Width(fields, blocks));
    }

    private void Body(IReadOnlyList<FieldDifference> fields, IReadOnlyList<BlockDifference> blocks, int start, int width)
    {
        var longest = fields.Select(field => field.Name.Length).DefaultIfEmpty().Max();
        foreach (var field in fields)
        {
            var text = field.Kind == DifferenceKind.Edited ? $"{Quote(field.Old)} => {Quote(field.New)}" : Quote(field.Kind == DifferenceKind.Deleted ? field.Old : field.New);
            var forces = field.Name != "Count" || field.Kind != DifferenceKind.Edited ? ""
                : int.Parse(field.New, CultureInfo.InvariantCulture) > int.Parse(field.Old, CultureInfo.InvariantCulture) ? " (forces create)" : " (forces destroy)";
            Line(start, $"{Mark(field.Kind)}{Blanks(width - Mark(field.Kind).Length)}{field.Name}: {Blanks(longest - field.Name.Length)}{text}{forces}");
        }

        foreach (var block in blocks)
        {
            var pad = width - Mark(block.Kind).Length;
            Line(start, $"{Mark(block.Kind)}{Blanks(pad)}{block.Name} {{");
            Body(block.Fields, block.Blocks, start + pad + 2, Width(block.Fields, block.Blocks));
            Line(start + width, "}");
        }
    }

    private static string Updates(JobPlan plan, TaskGroup group) => plan.Groups.GetValueOrDefault(group.Name)?.Action switch
    {
        PlanAction.Create => " (1 create)",
        PlanAction.Replace => " (1 create/destroy update)",
        PlanAction.Update => " (1 in-place update)",
        PlanAction.Stop => " (1 destroy)",
        PlanAction.Ignore => " (1 ignore)",
        // The scheduler never sees a template or a schedule; what it says of one is what it would do to a job.
        _ => plan.Planned.IsPeriodic || plan.Planned.IsParameterized ? " (1 create)" : "",
    };

    private static int Width(IEnumerable<FieldDifference> fields, IEnumerable<BlockDifference> blocks) =>
        fields.Select(field => field.Kind).Concat(blocks.Select(block => block.Kind)).Select(kind => Mark(kind).Length).DefaultIfEmpty().Max();

    private static string Mark(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Added => "+ ",
        DifferenceKind.Deleted => "- ",
        DifferenceKind.Edited => "+/- ",
        _ => "",
    };

    private static string Blanks(int count) => new(' ', count);

    private void Line(int start, string text) => _text.Append(Blanks(start)).Append(text).Append('\n');

    private static JsonObject? Named(JsonObject parent, string name, string list = "TaskGroups") =>
        (parent[list] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(item => (string)item["Name"]! == name);

    // A list of words: each of them is a field of the list's name.
    private static BlockDifference? Words(string name, JsonObject old, JsonObject now)
    {
        var before = Strings(old[name]);
        var after = Strings(now[name]);
        if (before.ToHashSet().SetEquals(after))
            return null;
        return new BlockDifference(DifferenceKind.Edited, name,
        [
            .. after.Except(before).Order(StringComparer.Ordinal).Select(word => new FieldDifference(name, "", word)),
            .. before.Except(after).Order(StringComparer.Ordinal).Select(word => new FieldDifference(name, word, "")),
            .. before.Intersect(after).Order(StringComparer.Ordinal).Select(word => new FieldDifference(name, word, word)),
        ], []);
    }

    private static List<string> Strings(JsonNode? list) => list is JsonArray array ? [.. array.Select(word => (string)word!)] : [];

    private static IEnumerable<BlockDifference> One(BlockDifference? block) => block is null ? [] : [block];

    // As Go quotes a string.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
