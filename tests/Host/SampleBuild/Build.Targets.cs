using Nuke.Common;

internal sealed partial class Build
{
    private Target Status => _ => _
        .Description("Shows the state")
        .Executes(() => Console.WriteLine($$"""{"state":"running","port":{{Port}}}"""));

    private Target Values => _ => _
        .Description("Shows every parameter")
        .Executes(() =>
        {
            Console.WriteLine($"BackupSet={BackupSet}");
            Console.WriteLine($"BackupType={BackupType}");
            Console.WriteLine($"MaybeType={MaybeType}");
            Console.WriteLine($"Port={Port}");
            Console.WriteLine($"Yes={Yes}");
            Console.WriteLine($"Output={Output}");
            Console.WriteLine($"Timeout={Timeout}");
            Console.WriteLine($"Moment={Moment:O}");
            Console.WriteLine($"Databases={string.Join('|', Databases)}");
            Console.WriteLine($"Ports={string.Join('|', Ports)}");
            Console.WriteLine($"Colour={Colour}");
            Console.WriteLine($"Profiles={string.Join('|', LoadedLocalProfiles)}");
            Console.WriteLine($"Root={RootDirectory}");
            Console.WriteLine($"Verbosity={Verbosity}");
        });

    private Target Check => _ => _
        .Unlisted()
        .Executes(() => Console.WriteLine("check"));

    private Target Render => _ => _
        .Description("Renders the jobs")
        .Executes(() => Console.WriteLine("render"));

    /// <summary>Public, as some like their targets.</summary>
    public Target Deploy => _ => _
        .Description("Brings the cluster up")
        .DependsOn(Check, Render)
        .Triggers(Notify)
        .Executes(async () =>
        {
            await Task.Yield();
            Console.WriteLine("deploy");
        });

    private Target Notify => _ => _
        .Executes(() => Console.WriteLine("notify"));

    private Target Backup => _ => _
        .Description("Takes a backup and waits until its label stands in the repository, which for a large cluster may well take hours")
        .Executes(() => Console.WriteLine($"backup {BackupType}"));

    private Target Restore => _ => _
        .Description("Restores a backup set")
        .DependsOn(Check)
        .Requires(() => BackupSet)
        .Executes(() => Console.WriteLine($"restore {BackupSet}"));

    private Target Revert => _ => _
        .Description("Starts the restored cluster")
        .After(Restore)
        .Requires(() => Port > 1024)
        .Executes(() => Console.WriteLine("revert"));

    private Target All => _ => _
        .Description("Everything")
        .DependsOn(Deploy, Backup);

    private Target Maybe => _ => _
        .DependsOn(Render)
        .OnlyWhenStatic(() => Yes)
        .Executes(() => Console.WriteLine("maybe"));

    private Target Later => _ => _
        .OnlyWhenDynamic(() => Yes)
        .Executes(() => Console.WriteLine("later"));
}
