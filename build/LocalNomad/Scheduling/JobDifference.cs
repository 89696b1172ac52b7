using System.Text.Json.Nodes;
using LocalNomad.Model;

namespace LocalNomad.Scheduling;

/// <summary>What differs between two versions of a job.</summary>
internal static class JobDifference
{
    /// <summary>Whether the two ask for the same. What the server writes into a job does not count.</summary>
    public static bool IsSame(Job left, Job right) => JsonNode.DeepEquals(Specification(left), Specification(right));

    /// <summary>Whether running tasks would have to be replaced; the rest of a job can change under them.</summary>
    public static bool NeedsNewTasks(Job old, Job changed, string groupName)
    {
        var before = old.TaskGroups.FirstOrDefault(group => group.Name == groupName);
        var after = changed.TaskGroups.First(group => group.Name == groupName);
        return before is null || !JsonNode.DeepEquals(Essence(old, before), Essence(changed, after));
    }

    private static JsonNode Specification(Job job) => NomadJson.ToNode(job with
    {
        Stable = false,
        Status = "",
        StatusDescription = "",
        Version = 0,
        SubmitTime = 0,
        CreateIndex = 0,
        ModifyIndex = 0,
        JobModifyIndex = 0,
    }, NomadJson.Default.Job);

    private static JsonNode Essence(Job job, TaskGroup group) => NomadJson.ToNode(new Job
    {
        ID = job.ID,
        Name = job.Name,
        Meta = job.Meta,
        TaskGroups =
        [
            new TaskGroup
            {
                Name = group.Name,
                Meta = group.Meta,
                Networks = group.Networks,
                EphemeralDisk = group.EphemeralDisk,
                Tasks = [.. group.Tasks.Select(Essence)],
            },
        ],
    }, NomadJson.Default.Job);

    private static TaskDefinition Essence(TaskDefinition task) => task with
    {
        KillTimeout = 0, KillSignal = "", LogConfig = new LogConfig(), RestartPolicy = new RestartPolicy(), Constraints = null,
        Leader = false, Lifecycle = null,
    };
}
