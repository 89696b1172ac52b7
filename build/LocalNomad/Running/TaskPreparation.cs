using System.Text.Json.Nodes;
using LocalNomad.Model;
using LocalNomad.Posix;
using LocalNomad.Supervision;

namespace LocalNomad.Running;

/// <summary>Makes everything ready that a task needs before it starts: folders, templates, command line, user.</summary>
internal static class TaskPreparation
{
    /// <exception cref="TaskSetupException">The task cannot be started.</exception>
    public static RunSpec Prepare(TaskDefinition task, TaskTemplates templates, TaskEnvironment environment, AllocationFolders folders)
    {
        var account = FindAccount(task.User);
        folders.CreateTask(task.Name, account);
        templates.Render(environment);
        var (command, arguments) = ReadConfig(task.Config ?? [], environment);
        if (!account.IsCurrent && Account.Current.User != 0)
            throw TaskSetupException.Driver($"failed to start command path=\"{command}\" --- fork/exec {command}: operation not permitted (the agent runs as {Account.Current.Name} and cannot become {account.Name})");
        return new RunSpec
        {
            Command = account.Wrap([Resolve(command, environment, folders.Task(task.Name)), .. arguments]),
            Environment = environment.Variables,
            Directory = folders.Task(task.Name),
            OutputLog = folders.Log(task.Name, errors: false),
            ErrorLog = folders.Log(task.Name, errors: true),
            MaxLogFiles = task.LogConfig.MaxFiles,
            MaxLogBytes = task.LogConfig.MaxFileSizeMB * 1024L * 1024L,
        };
    }

    public static Account? AccountOf(string user) => user.Length == 0 ? Account.Current : Account.Find(user);

    public static Account FindAccount(string user) => AccountOf(user) ?? throw TaskSetupException.Driver($"failed driver config validation: failed to identify user \"{user}\": user: unknown user {user}");

    private static string Resolve(string command, TaskEnvironment environment, string taskFolder) =>
        FindProgram(command, environment, taskFolder)
        ?? throw TaskSetupException.Driver($"file {command} not found under path {taskFolder} or not executable");

    /// <summary>The program's path: as given, in the task's local folder, or on the PATH, in that order.</summary>
    /// <returns>Null if there is none.</returns>
    public static string? FindProgram(string command, TaskEnvironment environment, string taskFolder)
    {
        var candidates = command.Contains('/', StringComparison.Ordinal)
            ? [Path.Combine(taskFolder, command)]
            : environment.Variables.GetValueOrDefault("PATH", "/usr/bin:/bin").Split(':').Where(folder => folder.StartsWith('/'))
                .Select(folder => Path.Combine(folder, command))
                .Prepend(Path.Combine(taskFolder, "local", command));
        return candidates.FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None;

    private static (string Command, IReadOnlyList<string> Arguments) ReadConfig(JsonObject config, TaskEnvironment environment)
    {
        if (config.FirstOrDefault(pair => pair.Key is not ("command" or "args")) is { Key: { } unknown })
            throw TaskSetupException.Validation($"failed to parse config: Unsupported argument: An argument named \"{unknown}\" is not expected here.");
        if (config["command"] is not JsonValue command || !command.TryGetValue(out string? path) || path.Length == 0)
            throw TaskSetupException.Validation("failed to parse config: Missing required argument: The argument \"command\" is required, but no definition was found.");
        var arguments = config["args"] switch
        {
            null => [],
            JsonArray list => list.Select(item => item?.ToString() ?? ""),
            _ => throw TaskSetupException.Validation("failed to parse config: Incorrect attribute value type: \"args\" must be a list of string."),
        };
        return (environment.Require(path), [.. arguments.Select(environment.Require)]);
    }
}
