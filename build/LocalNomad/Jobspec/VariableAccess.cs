using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>
/// Which variables the tasks of a job may read. Here as in a cluster with ACLs: what the job's own identity may read without
/// a policy (acl/acl.go). A cluster without ACLs lets every task read everything; what works here works there too.
/// </summary>
internal static class VariableAccess
{
    /// <summary>The paths that a task may read; those of a dispatched or scheduled child are its parent's.</summary>
    public static IReadOnlyList<string> PathsOf(Job job, string group, string task)
    {
        var id = job.ParentID.Length > 0 ? job.ParentID : job.ID;
        return ["nomad/jobs", $"nomad/jobs/{id}", $"nomad/jobs/{id}/{group}", $"nomad/jobs/{id}/{group}/{task}"];
    }

    /// <summary>What in the job's templates could not be done with variables.</summary>
    public static IEnumerable<Refusal> Refusals(Job job) =>
        from @group in job.TaskGroups
        from task in @group.Tasks
        from template in task.Templates ?? []
        from refusal in Refusals(template, PathsOf(job, @group.Name, task.Name), $"group \"{@group.Name}\" > task \"{task.Name}\" > template \"{template.DestPath}\"")
        select refusal;

    private static IEnumerable<Refusal> Refusals(TaskTemplate template, IReadOnlyList<string> readable, string place)
    {
        var paths = TemplateText.Variables(template);
        foreach (var path in paths.Where(path => !readable.Contains(path)))
            yield return new Refusal(place, $"the variable \"{path}\" needs an ACL policy, and there are none here; without one this task reads {string.Join(", ", readable)}");
        if (paths.Count > 0 && template.ChangeMode != "noop")
            yield return new Refusal($"{place} > change_mode", $"\"{template.ChangeMode}\" is not done when a variable changes, only \"noop\": the file is written anew");
    }
}
