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

    private string Runs => Path.Combine(dataDirectory, "runs", allocation);

    public string Task(string task) => Path.Combine(Root, task);

    public string Local(string task) => Path.Combine(Task(task), "local");

    public string Secrets(string task) => Path.Combine(Task(task), "secrets");

    public string Log(string task, bool errors) => Path.Combine(Shared, "logs", $"{task}.{(errors ? "stderr" : "stdout")}");

    public Supervision.RunFolder Run(string task, int number) => new(Path.Combine(Runs, task, $"{number}"));

    public void Create()
    {
        Directory.CreateDirectory(Root, OwnerWrites);
        foreach (var folder in (string[])[Shared, Path.Combine(Shared, "data"), Path.Combine(Shared, "tmp"), Path.Combine(Shared, "logs")])
            CreateFor(folder, Everybody, owner: null);
        Directory.CreateDirectory(Runs, OwnerOnly);
    }

    public void CreateTask(string task, Account owner)
    {
        CreateFor(Task(task), Everybody, owner);
        CreateFor(Local(task), Everybody, owner);
        CreateFor(Secrets(task), OwnerOnly, owner);
        CreateFor(Path.Combine(Task(task), "tmp"), Everybody | UnixFileMode.StickyBit, owner);
    }

    public void Delete()
    {
        foreach (var folder in (string[])[Root, Runs])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    // The mode given on creation is cut by the umask, the one set afterwards is not.
    private static void CreateFor(string folder, UnixFileMode mode, Account? owner)
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, mode);
        if (owner is { IsCurrent: false } && Account.Current.User == 0)
            Native.ChangeOwner(folder, owner.User, owner.Group);
    }
}
