using System.Runtime.InteropServices;
using Nuke.Common;
using Nuke.Common.IO;

internal enum BackupKind
{
    Full,
    Diff,
    OnlyIncremental,
}

/// <summary>A build that uses all that the host offers, and does no work worth the name.</summary>
internal sealed partial class Build : NukeBuild
{
    private readonly CancellationTokenSource _cancellation = new();

    private PosixSignalRegistration? _interrupt;
    private PosixSignalRegistration? _terminate;

    [Parameter("The set to restore: 'latest' or a label")]
    private readonly string? BackupSet;

    [Parameter("The kind of backup")]
    private readonly BackupKind BackupType = BackupKind.Full;

    [Parameter("The kind of backup, if any")]
    private readonly BackupKind? MaybeType;

    [Parameter("The port of the server")]
    private readonly int Port = 5432;

    [Parameter("Answers every question with yes")]
    private readonly bool Yes;

    [Parameter("Where to write")]
    private readonly AbsolutePath? Output;

    [Parameter("How long to wait")]
    private readonly TimeSpan? Timeout;

    [Parameter("The moment to recover to")]
    private readonly DateTimeOffset? Moment;

    [Parameter("Databases to make", Separator = "+")]
    private readonly string[] Databases = [];

    [Parameter("Ports to open")]
    private readonly int[] Ports = [];

    [Parameter("The colour of the shed", ValueProviderMember = nameof(Colours))]
    private readonly string? Colour;

    [Parameter("The password of the superuser")]
    [Secret]
    private readonly string? SuperuserPassword;

    private static IEnumerable<string> Colours => ["red", "green", "dark-blue"];

    /// <summary>Does as the command line says.</summary>
    public static int Main() => Execute<Build>(x => x.Status);

    /// <inheritdoc/>
    protected override void OnBuildInitialized()
    {
        if (Colour == "dark-blue" && Port == 1)
        {
            ExitCode = 2;
            throw new InvalidOperationException("the configuration is wrong");
        }

        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    }

    /// <inheritdoc/>
    protected override void OnBuildFinished()
    {
        _interrupt?.Dispose();
        _terminate?.Dispose();
        _cancellation.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        _cancellation.Cancel();
    }
}
