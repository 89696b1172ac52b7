using LocalNomad.Model;
using LocalNomad.Scheduling;

namespace LocalNomad.Jobspec;

/// <summary>What Nomad's servers check beyond structure.</summary>
internal static class JobValidator
{
    /// <summary>All problems at once; an empty list means that the job is valid.</summary>
    public static IReadOnlyList<string> Validate(Job job)
    {
        var problems = new List<string>();
        if (job.ID.Length == 0)
            problems.Add("Missing job ID");
        else if (job.ID.Contains(' ', StringComparison.Ordinal))
            problems.Add("Job ID contains a space");
        else if (job.ID.Contains('\0', StringComparison.Ordinal))
            problems.Add("Job ID contains a null character");
        if (job.Type is not (JobTypes.Service or JobTypes.Batch or "system"))
            problems.Add($"Invalid job type: \"{job.Type}\"");
        if (job.Priority is < 1 or > 100)
            problems.Add("Job priority must be between [1, 100]");
        if (job.Datacenters?.Contains("") == true)
            problems.Add("Job datacenter must be non-empty string");
        if (job.TaskGroups.Count == 0)
            problems.Add("Missing job task groups");
        problems.AddRange(Duplicates(job.TaskGroups.Select(group => group.Name), "Job task group", "redefined"));
        foreach (var group in job.TaskGroups)
            problems.AddRange(GroupProblems(job, group).Select(problem => $"Task group {group.Name} validation failed: {problem}"));
        problems.AddRange(ConstraintProblems(job.Constraints));
        problems.AddRange(PeriodicProblems(job));
        problems.AddRange(ParameterizedProblems(job));
        return problems;
    }

    /// <summary>Problems in the layout of Nomad's own error texts.</summary>
    public static string Format(IReadOnlyList<string> problems) =>
        $"{problems.Count} error{(problems.Count == 1 ? "" : "s")} occurred:\n{string.Concat(problems.Select(problem => $"\t* {problem}\n"))}\n";

    private static IEnumerable<string> GroupProblems(Job job, TaskGroup group)
    {
        if (group.Count < 0)
            yield return "Task group count can't be negative";
        if (group.Tasks.Count == 0)
            yield return "Missing tasks for task group";
        if (group.RestartPolicy.Mode is not (RestartModes.Fail or RestartModes.Delay))
            yield return $"Unsupported restart mode: \"{group.RestartPolicy.Mode}\"";
        if (group.ReschedulePolicy is { Attempts: > 0, Unlimited: false, Interval: 0 })
            yield return "Reschedule attempts need an interval";
        if (group.Update is { } update)
        {
            if (update.HealthCheck is not ("" or "checks" or "task_states" or "manual"))
                yield return $"Invalid health check given: \"{update.HealthCheck}\"";
            if (update.MinHealthyTime >= update.HealthyDeadline)
                yield return $"Minimum healthy time must be less than healthy deadline: {Duration.Format(update.MinHealthyTime)} > {Duration.Format(update.HealthyDeadline)}";
            if (update.ProgressDeadline != 0 && update.HealthyDeadline >= update.ProgressDeadline)
                yield return $"Healthy deadline must be less than progress deadline: {Duration.Format(update.HealthyDeadline)} > {Duration.Format(update.ProgressDeadline)}";
        }

        foreach (var problem in Duplicates(group.Tasks.Select(task => task.Name), "Task", "redefined"))
            yield return problem;
        if (group.Tasks.Count(task => task.Leader) > 1)
            yield return "Only one task may be marked as leader";
        foreach (var problem in ConstraintProblems(group.Constraints))
            yield return problem;
        foreach (var port in (group.Networks ?? []).SelectMany(network => network.ReservedPorts ?? []).Where(port => port.Value is < 1 or > 65535))
            yield return $"Port \"{port.Label}\" must be between [1, 65535]";
        foreach (var task in group.Tasks)
        {
            // Misspelt as there.
            if (group.Update is { ProgressDeadline: > 0 } followed && task.KillTimeout > followed.ProgressDeadline)
                yield return $"Task {task.Name} validation failed: KillTimout ({Duration.Format(task.KillTimeout)}) longer than the group's ProgressDeadline ({Duration.Format(followed.ProgressDeadline)})";
            foreach (var problem in TaskProblems(job, task))
                yield return $"Task {task.Name} validation failed: {problem}";
        }
    }

    private static IEnumerable<string> TaskProblems(Job job, TaskDefinition task)
    {
        if (task.Name.AsSpan().ContainsAny('/', '\\') || task.Name.Length == 0)
            yield return "Task name must not be empty nor contain slashes";
        if (task.Driver.Length == 0)
            yield return "Missing task driver";
        if (task.KillTimeout < 0)
            yield return "KillTimeout must be a positive value";
        if (task.KillSignal.Length > 0 && !Posix.Signals.TryParse(task.KillSignal, out _))
            yield return $"Unknown kill signal \"{task.KillSignal}\"";
        if (task.Lifecycle is { } lifecycle && lifecycle.Hook is not (Hooks.Prestart or Hooks.Poststart or Hooks.Poststop))
            yield return $"Invalid lifecycle hook: \"{lifecycle.Hook}\"";
        if (task.Leader && task.Lifecycle is not null)
            yield return $"Leader task can not have a lifecycle hook (job \"{job.ID}\")";
        if (task.LogConfig.MaxFiles < 1)
            yield return $"minimum number of files is 1; got {task.LogConfig.MaxFiles}";
        if (task.LogConfig.MaxFileSizeMB < 1)
            yield return $"minimum file size is 1MB; got {task.LogConfig.MaxFileSizeMB}";
        if (task.Resources.MemoryMB < 10)
            yield return $"minimum MemoryMB value is 10; got {task.Resources.MemoryMB}";
        if (task.Resources.CPU < 1 && task.Resources.Cores == 0)
            yield return $"minimum CPU value is 1; got {task.Resources.CPU}";
        foreach (var template in task.Templates ?? [])
        {
            if (template.DestPath.Length == 0)
                yield return "Must specify a destination for the template";
            if (template.ChangeMode is not ("noop" or "restart" or "signal"))
                yield return $"Invalid change mode \"{template.ChangeMode}\"";
            if (template.Perms.Length > 0 && !UnixMode.TryParse(template.Perms, out _))
                yield return $"Failed to parse \"{template.Perms}\" as octal";
        }

        foreach (var problem in ConstraintProblems(task.Constraints))
            yield return problem;
    }

    private static IEnumerable<string> ConstraintProblems(IReadOnlyList<Constraint>? constraints) =>
        (constraints ?? []).Where(constraint => !NodeConstraints.Knows(constraint.Operand))
            .Select(constraint => $"Unknown constraint type \"{constraint.Operand}\"");

    private static IEnumerable<string> PeriodicProblems(Job job)
    {
        if (job.Periodic is not { } periodic)
            yield break;
        if (job.Type != JobTypes.Batch)
            yield return $"Periodic can only be used with \"{JobTypes.Batch}\" or \"sysbatch\" scheduler";
        if (!periodic.Enabled)
            yield break;
        if (periodic.Spec.Length == 0)
            yield return "Must specify a spec";
        else if (CronSchedule.Problem(periodic) is { } problem)
            yield return problem;
    }

    private static IEnumerable<string> ParameterizedProblems(Job job)
    {
        if (job.ParameterizedJob is not { } parameterized)
            yield break;
        if (job.Type != JobTypes.Batch)
            yield return $"Parameterized job can only be used with \"{JobTypes.Batch}\" or \"sysbatch\" scheduler";
        if (parameterized.Payload is not ("optional" or "required" or "forbidden"))
            yield return $"Unknown payload requirement: \"{parameterized.Payload}\"";
        if ((parameterized.MetaRequired ?? []).Intersect(parameterized.MetaOptional ?? []).ToList() is { Count: > 0 } both)
            yield return $"Required and optional meta keys should be disjoint. Following keys exist in both: {string.Join(", ", both)}";
    }

    private static IEnumerable<string> Duplicates(IEnumerable<string> names, string what, string verb) =>
        names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"{what} {group.Key} {verb}");
}
