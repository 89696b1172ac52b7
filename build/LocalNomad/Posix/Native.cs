using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LocalNomad.Posix;

/// <summary>The kernel's and the C library's calls for which the framework has no equivalent.</summary>
internal static unsafe partial class Native
{
    public const int NotPermitted = 1;
    public const int NoSuchProcess = 3;
    public const int InterruptedCall = 4;

    /// <summary>Both structures are opaque; this is more room than any C library for Linux takes.</summary>
    public const int OpaqueSize = 1024;

    private const int BecomeSubreaper = 36;
    private const long OpenProcessDescriptor = 434;
    private const int NoHang = 1;
    private const int SetMask = 2;
    private const short Readable = 1;

    public static uint EffectiveUser => geteuid();

    public static uint EffectiveGroup => getegid();

    /// <summary>Orphans below this process are given to it and not to init, so that it can end them.</summary>
    public static void AdoptOrphans() => Check(prctl(BecomeSubreaper, 1, 0, 0, 0));

    /// <summary>Sends a signal; a process that is gone already is no error.</summary>
    public static void SendSignal(int process, int signal)
    {
        if (kill(process, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
            throw new Win32Exception(error);
    }

    /// <summary>Waits for any child to end. False when there is none left.</summary>
    public static bool WaitForChild(out int process, out int status)
    {
        while (true)
        {
            int raw;
            process = waitpid(-1, &raw, 0);
            status = raw;
            if (process > 0)
                return true;
            if (Marshal.GetLastPInvokeError() != InterruptedCall)
                return false;
        }
    }

    /// <summary>Takes the ended child out of the process table, if it is one of ours.</summary>
    public static void Reap(int process)
    {
        int status;
        _ = waitpid(process, &status, NoHang);
    }

    /// <summary>Blocks until the process has ended; returns at once if there is none.</summary>
    public static void WaitForExit(int process)
    {
        var descriptor = (int)syscall(OpenProcessDescriptor, process, 0);
        if (descriptor < 0)
            return;
        try
        {
            var watched = new PollDescriptor { Descriptor = descriptor, Events = Readable };
            while (poll(&watched, 1, -1) < 0 && Marshal.GetLastPInvokeError() == InterruptedCall)
            {
            }
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    /// <summary>Replaces this very process. Returns only if that failed.</summary>
    public static Win32Exception Execute(string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        // The runtime ignores SIGPIPE; what is ignored or blocked stays so across the call.
        HearIgnoredSignals();
        var none = stackalloc byte[128];
        Check(sigemptyset(none));
        _ = pthread_sigmask(SetMask, none, null);
        using var argv = new NativeStrings(arguments);
        using var envp = new NativeStrings(environment.Select(pair => $"{pair.Key}={pair.Value}"));
        _ = execve(path, argv.Pointer, envp.Pointer);
        return new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>The user whom an open file belongs to.</summary>
    public static uint OwnerOf(int descriptor)
    {
        // struct statx is the same on every architecture: the user is its sixth number of 32 bits.
        const int emptyPath = 0x1000;
        const uint owner = 0x8;
        var found = stackalloc uint[64];
        Check(statx(descriptor, "", emptyPath, owner, found));
        return found[5];
    }

    /// <summary>
    /// Lets signals end this process again that whoever started it had ignored, as a shell does for what it runs in the background
    /// (<c>nohup … &amp;</c> in a script); what is ignored stays so in all that is started from here.
    /// </summary>
    public static void HearIgnoredSignals(ulong among = ulong.MaxValue)
    {
        // The C library keeps two for itself.
        const ulong internals = 1UL << 31 | 1UL << 32;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal));
        var ignored = ulong.Parse(line["SigIgn:".Length..].Trim(), System.Globalization.NumberStyles.HexNumber) & among & ~internals;
        for (var number = 1; number <= 64; number++)
        {
            if ((ignored & (1UL << (number - 1))) != 0)
                _ = signal(number, 0);
        }
    }

    public static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial uint getegid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* descriptors, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int openat(int folder, string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdirat(int folder, string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlinkat(int folder, string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat(int folder, string path, int toFolder, string to);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchown(int descriptor, uint user, uint group);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(int descriptor, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, uint* found);

    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, byte* signals, byte* old);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chdir(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, byte** argv, byte** envp);

    // posix_spawn and its helpers return the error instead of setting it.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(int* process, string path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);

    [LibraryImport("libc")]
    public static partial int sigfillset(byte* signals);

    [LibraryImport("libc")]
    public static partial int sigemptyset(byte* signals);
}
