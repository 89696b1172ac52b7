using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace LocalNomad.Posix;

/// <summary>A program to start, and where its three standard streams lead.</summary>
internal sealed record SpawnRequest(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string Directory,
    SafeFileHandle Input, SafeFileHandle Output, SafeFileHandle Error);

/// <summary>
/// Starts programs as leaders of a session of their own, with default signal handling. The framework's Process can
/// do neither, and it would take the children's exit status from us.
/// </summary>
internal static unsafe class Spawn
{
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short NewSession = 0x80;
    private const int CloseOnExec = 0x80000;

    /// <returns>The process id.</returns>
    /// <exception cref="Win32Exception">The program could not be started.</exception>
    public static int Start(SpawnRequest request)
    {
        var actions = stackalloc byte[Native.OpaqueSize];
        var attributes = stackalloc byte[Native.OpaqueSize];
        var signals = stackalloc byte[128];
        Require(Native.posix_spawn_file_actions_init(actions));
        Require(Native.posix_spawnattr_init(attributes));
        try
        {
            Require(Native.posix_spawn_file_actions_addchdir_np(actions, request.Directory));
            Require(Native.posix_spawn_file_actions_adddup2(actions, (int)request.Input.DangerousGetHandle(), 0));
            Require(Native.posix_spawn_file_actions_adddup2(actions, (int)request.Output.DangerousGetHandle(), 1));
            Require(Native.posix_spawn_file_actions_adddup2(actions, (int)request.Error.DangerousGetHandle(), 2));
            Native.Check(Native.sigfillset(signals));
            Require(Native.posix_spawnattr_setsigdefault(attributes, signals));
            Native.Check(Native.sigemptyset(signals));
            Require(Native.posix_spawnattr_setsigmask(attributes, signals));
            Require(Native.posix_spawnattr_setflags(attributes, SetSignalDefaults | SetSignalMask | NewSession));
            using var argv = new NativeStrings(request.Command);
            using var envp = new NativeStrings(request.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
            int process;
            Require(Native.posix_spawn(&process, request.Command[0], actions, attributes, argv.Pointer, envp.Pointer));
            return process;
        }
        finally
        {
            _ = Native.posix_spawnattr_destroy(attributes);
            _ = Native.posix_spawn_file_actions_destroy(actions);
        }
    }

    /// <summary>A pipe whose ends are not passed on to programs unless asked for.</summary>
    public static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var ends = stackalloc int[2];
        Native.Check(Native.pipe2(ends, CloseOnExec));
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    public static SafeFileHandle Nowhere() => File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    private static void Require(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }
}
