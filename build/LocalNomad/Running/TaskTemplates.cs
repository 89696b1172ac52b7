using System.Text;
using LocalNomad.Jobspec;
using LocalNomad.Model;
using LocalNomad.Posix;

namespace LocalNomad.Running;

/// <summary>
/// The templates of one task. They are rendered before each start, once every variable in them is there; while the task
/// runs they are rendered anew when a variable changes. A variable that is purged meanwhile leaves its file as it is.
/// </summary>
internal sealed class TaskTemplates(AllocationContext context, string taskName)
{
    private const UnixFileMode DefaultMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // How long Nomad waits before it says what is missing, and no oftener (client/allocrunner/taskrunner/template).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, Variable> _known = [];

    private TaskDefinition Definition => context.Group.Tasks.First(task => task.Name == taskName);

    /// <summary>Waits until every variable is there, and says as an event of the task which ones it waits for.</summary>
    /// <exception cref="OperationCanceledException">The task is to stop.</exception>
    public async Task WaitAsync(CancellationToken stop)
    {
        var needed = (Definition.Templates ?? []).SelectMany(TemplateText.Variables).Distinct().Order(StringComparer.Ordinal).ToList();
        IReadOnlyList<string> told = [];
        Task? due = null;
        while (true)
        {
            var (state, changed) = context.Store.Look();
            foreach (var path in needed.Where(state.Variables.ContainsKey))
                _known[path] = state.Variables[path];
            var missing = needed.Where(path => !_known.ContainsKey(path)).ToList();
            if (missing.Count == 0)
                return;
            if (due is { IsCompleted: true })
            {
                (due, told) = (null, missing);
                context.Update(taskName, task => task, TaskEvent.MissingVariables(missing));
                continue;
            }

            if (!missing.SequenceEqual(told))
                due ??= Task.Delay(Patience, context.Time, stop);
            await Task.WhenAny(due is null ? [changed.WaitAsync(stop)] : [changed.WaitAsync(stop), due]);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Renders all templates. What <see cref="WaitAsync"/> waits for must have been there.</summary>
    /// <exception cref="TaskSetupException">One cannot be written where it wants to be.</exception>
    public void Render(TaskEnvironment environment)
    {
        foreach (var template in Definition.Templates ?? [])
        {
            var text = Render(template, environment);
            if (template.Envvars)
                environment.AddLines(text);
        }
    }

    /// <summary>Renders anew what changes, until the task has ended.</summary>
    public async Task FollowAsync(CancellationToken ended)
    {
        var changing = (Definition.Templates ?? []).Select(template => (Template: template, Paths: TemplateText.Variables(template)))
            .Where(one => one.Paths.Count > 0).ToList();
        while (changing.Count > 0 && !ended.IsCancellationRequested)
        {
            var (state, changed) = context.Store.Look();
            foreach (var (template, paths) in changing)
                Renew(template, paths, state);
            await changed.WaitAsync(ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Renew(TaskTemplate template, IReadOnlyList<string> paths, State.ClusterState state)
    {
        var current = paths.Where(state.Variables.ContainsKey).Select(path => state.Variables[path]).ToList();
        if (current.TrueForAll(variable => _known.GetValueOrDefault(variable.Path)?.ModifyIndex == variable.ModifyIndex))
            return;
        foreach (var variable in current)
            _known[variable.Path] = variable;
        // After a start of the agent one of them may never have been seen: the file stays as the agent before left it.
        if (!paths.All(_known.ContainsKey))
            return;
        try
        {
            Render(template, context.EnvironmentOf(Definition));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            context.Update(taskName, task => task, TaskEvent.TemplateFailed(error.Message));
        }
    }

    private string Render(TaskTemplate template, TaskEnvironment environment)
    {
        var path = Path.GetFullPath(Path.Combine(context.Folders.Task(taskName), environment.Replace(template.DestPath)));
        if (!path.StartsWith(context.Folders.Root + "/", StringComparison.Ordinal))
            throw new TaskSetupException($"template destination \"{template.DestPath}\" escapes the allocation's directory");
        var text = TemplateText.Render(template, environment.Variables, _known);
        using var root = FolderHandle.Open(context.Folders.Root);
        root.Write(path[(context.Folders.Root.Length + 1)..].Split('/'), Encoding.UTF8.GetBytes(text), UnixMode.TryParse(template.Perms, out var given) ? given : DefaultMode);
        return text;
    }
}
