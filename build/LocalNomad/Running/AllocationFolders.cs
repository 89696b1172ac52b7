using LocalNomad.Posix;

namespace LocalNomad.Running;

/// <summary>Where an allocation keeps its files, below the agent's data directory.</summary>
internal sealed class AllocationFolders(string dataDirectory, string allocation)
{
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerWrites = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Root { get; } = Path.Combine(dataDirectory, "alloc", allocation);

    public string Shared => Path.Combine(Root, "alloc");

    private string Logs => Path.Combine(dataDirectory, "logs", allocation);

    private string Runs => Path.Combine(dataDirectory, "runs", allocation);

    public string Task(string task) => Path.Combine(Root, task);

    public string Local(string task) => Path.Combine(Task(task), "local");

    public string Secrets(string task) => Path.Combine(Task(task), "secrets");

    // Written by root: not where the task's user could put something else in their place.
    public string Log(string task, bool errors) =>
        Path.Combine(Directory.Exists(Logs) ? Logs : Path.Combine(Shared, "logs"), $"{task}.{(errors ? "stderr" : "stdout")}");

    public Supervision.RunFolder Run(string task, int number) => new(Path.Combine(Runs, task, $"{number}"));

    /// <summary>Makes what the tasks share, for the users they run as.</summary>
    public void Create(IReadOnlyCollection<Account> users)
    {
        Directory.CreateDirectory(Root);
        File.SetUnixFileMode(Root, OwnerWrites);
        Directory.CreateDirectory(Runs, OwnerOnly);
        Directory.CreateDirectory(Logs, OwnerOnly);
        using var root = FolderHandle.Open(Root);
        // As in /tmp: what one user has put there another one cannot replace.
        var (owner, mode) = users.Distinct().ToList() is [var only] ? (only, OwnerOnly) : (null, Everybody | UnixFileMode.StickyBit);
        using var shared = root.Create(Path.GetFileName(Shared), mode, owner);
        foreach (var name in (string[])["data", "tmp"])
            shared.Create(name, mode, owner).Dispose();
    }

    /// <summary>Makes a task's own folders: nobody else of this machine can enter them.</summary>
    /// <exception cref="TaskSetupException">One of them is something else by now: a link, or another user's.</exception>
    public void CreateTask(string task, Account owner)
    {
        try
        {
            using var root = FolderHandle.Open(Root);
            using var folder = root.Create(task, OwnerOnly, owner);
            foreach (var name in (string[])["local", "secrets", "tmp"])
                folder.Create(name, OwnerOnly, owner).Dispose();
        }
        catch (IOException error)
        {
            throw TaskSetupException.Driver($"the folders of task \"{task}\" cannot be used: {error.Message}");
        }
    }

    public void Delete()
    {
        foreach (var folder in (string[])[Root, Runs, Logs])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
