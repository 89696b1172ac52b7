using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LocalNomad.Posix;

/// <summary>
/// An open folder. What is done through it happens in this very folder, whatever its user puts in the place of a path
/// meanwhile, and links are not followed: root changes owners and modes below folders that belong to others.
/// </summary>
internal sealed class FolderHandle : IDisposable
{
    private const int WriteOnly = 1;
    private const int CreateNew = 0x40 | 0x80;
    private const int CloseOnExec = 0x80000;
    private const int Exists = 17;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly SafeFileHandle _handle;

    private FolderHandle(SafeFileHandle handle) => _handle = handle;

    // Two of the flags have other values on ARM.
    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    private static int NoFollow => IsArm ? 0x8000 : 0x20000;

    private static int AsFolder => (IsArm ? 0x4000 : 0x10000) | NoFollow | CloseOnExec;

    private int Descriptor => (int)_handle.DangerousGetHandle();

    /// <exception cref="IOException">It is not there, or a link.</exception>
    public static FolderHandle Open(string path) => new(Handle(Native.open(path, AsFolder, 0), path));

    /// <summary>Makes a folder if there is none, and gives it to its owner.</summary>
    /// <exception cref="IOException">There is something else of that name, or a folder that belongs to someone else.</exception>
    public FolderHandle Create(string name, UnixFileMode mode, Account? owner)
    {
        var folder = Enter(name, OwnerOnly);
        try
        {
            var given = owner is { IsCurrent: false } && Account.Current.User == 0 ? owner : Account.Current;
            var present = Native.OwnerOf(folder.Descriptor);
            // Ours: just made, or its making was interrupted.
            if (present == Account.Current.User && !given.IsCurrent)
                Require(Native.fchown(folder.Descriptor, given.User, given.Group), name);
            else if (present != given.User)
                throw new IOException($"{name} belongs to user {present}, not to {given.Name}");
            Require(Native.fchmod(folder.Descriptor, (uint)mode), name);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file that may be read by no more than it is meant for, nor half written, not even for a moment.</summary>
    /// <param name="path">Its folders, which are made if they are not there, and its name.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Whatever the umask is.</param>
    public void Write(ReadOnlySpan<string> path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        if (path.Length > 1)
        {
            using var folder = Enter(path[0], Passable);
            folder.Write(path[1..], content, mode);
            return;
        }

        var unfinished = $".{path[0]}.rendering";
        _ = Native.unlinkat(Descriptor, unfinished, 0);
        using (var stream = new FileStream(
            Handle(Native.openat(Descriptor, unfinished, WriteOnly | CreateNew | NoFollow | CloseOnExec, 0x180), unfinished), FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush();
            Require(Native.fchmod((int)stream.SafeFileHandle.DangerousGetHandle(), (uint)mode), unfinished);
        }

        Require(Native.renameat(Descriptor, unfinished, Descriptor, path[0]), path[0]);
    }

    public void Dispose() => _handle.Dispose();

    private FolderHandle Enter(string name, UnixFileMode mode)
    {
        var made = Native.mkdirat(Descriptor, name, (uint)OwnerOnly) == 0;
        if (!made && Marshal.GetLastPInvokeError() is var error and not Exists)
            throw Failure(error, name);
        var folder = new FolderHandle(Handle(Native.openat(Descriptor, name, AsFolder, 0), name));
        // The mode given on creation is cut by the umask, the one set afterwards is not.
        if (made && mode != OwnerOnly)
            Require(Native.fchmod(folder.Descriptor, (uint)mode), name);
        return folder;
    }

    private static SafeFileHandle Handle(int descriptor, string name) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(Marshal.GetLastPInvokeError(), name);

    private static void Require(int result, string name)
    {
        if (result != 0)
            throw Failure(Marshal.GetLastPInvokeError(), name);
    }

    private static IOException Failure(int error, string name) => new($"{name}: {new Win32Exception(error).Message}");
}
