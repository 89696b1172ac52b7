using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CliWrap;

namespace Sandbox;

/// <summary>The folder in which the local cluster lives, with the port that it was given once.</summary>
public sealed class SandboxFolder
{
    // A socket's path has 107 bytes; the longest that we put below the folder is socket/restore/.s.PGSQL.65535.lock.
    private const int LongestFolder = 107 - 38;

    // As the rules of the configuration have it: each would need another quote in each of these files.
    private static readonly char[] Unwritable = ['"', '\'', '\\', '$', '`', '{', '}', '%', ','];

    // What jobs are rendered for on a machine that has no server to run them: Debian 12's.
    private const int AssumedVersion = 15;

    private SandboxFolder(string path, string user, int port) => (Path, User, Port) = (path, user, port);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The system user that owns the data and runs the server.</summary>
    public string User { get; }

    /// <summary>The server's port, free when it was chosen.</summary>
    public int Port { get; }

    /// <summary>What the configuration's <c>${sandbox...}</c> stand for.</summary>
    public IReadOnlyDictionary<string, string> Variables => Describe(Path, User, Port);

    /// <summary>The same for a sandbox that was never made, so that its absence can be told.</summary>
    /// <param name="temporaryDirectory">The ignored folder of the checkout.</param>
    public static IReadOnlyDictionary<string, string> Unmade(string temporaryDirectory) =>
        Describe(System.IO.Path.Combine(temporaryDirectory, "sandbox"), TaskUser, 5432);

    /// <summary>The user that a sandbox of this process runs its tasks as: PostgreSQL refuses to run as root.</summary>
    public static string TaskUser => Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName;

    /// <summary>Opens the sandbox of a checkout if it has one.</summary>
    public static SandboxFolder? Find(string temporaryDirectory)
    {
        var path = System.IO.Path.Combine(temporaryDirectory, "sandbox");
        var portFile = System.IO.Path.Combine(path, "port");
        if (!File.Exists(portFile))
            return null;
        var user = File.ReadAllText(System.IO.Path.Combine(path, "user")).Trim();
        if (user != TaskUser)
            throw new SandboxException(
                $"the sandbox {path} belongs to user {user}, this run would use {TaskUser}",
                $"run as the user who made it{(user == "postgres" ? " (root)" : $" ({user})")}, or use a checkout of your own");
        var place = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        if (place.IndexOfAny(Unwritable) is var at and >= 0)
            throw new SandboxException(
                $"\"{place[at]}\" in the path of this checkout is not allowed in the files of PostgreSQL and pgBackRest, and its sandbox is in {place}",
                "move the checkout back, or remove that folder for a new sandbox elsewhere");
        return new SandboxFolder(
            place, user, int.Parse(File.ReadAllText(portFile), CultureInfo.InvariantCulture));
    }

    /// <summary>Opens the sandbox of a checkout, or makes it.</summary>
    /// <param name="temporaryDirectory">The ignored folder of the checkout.</param>
    /// <param name="say">Told when the sandbox has to lie elsewhere.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<SandboxFolder> OpenAsync(string temporaryDirectory, Action<string> say, CancellationToken ct)
    {
        if (Find(temporaryDirectory) is { } found)
            return found;
        var wished = System.IO.Path.Combine(temporaryDirectory, "sandbox");
        var path = await PlaceAsync(wished, say, ct);
        // The server's user must get in; what is inside guards itself.
        foreach (var folder in (string[])["data", "socket", "log", "repository"])
        {
            var full = System.IO.Path.Combine(path, folder);
            Directory.CreateDirectory(full);
            if (Environment.IsPrivilegedProcess)
                await RunAsync("/bin/chown", ["-h", $"{TaskUser}:", full], ct);
        }
        await File.WriteAllTextAsync(System.IO.Path.Combine(path, "user"), TaskUser, ct);
        // Last: its presence says that the sandbox is whole.
        var portFile = System.IO.Path.Combine(path, "port");
        await File.WriteAllTextAsync(portFile + ".new", FreePort().ToString(CultureInfo.InvariantCulture), ct);
        File.Move(portFile + ".new", portFile, overwrite: true);
        return Find(temporaryDirectory)!;
    }

    private static Dictionary<string, string> Describe(string path, string user, int port) => new(StringComparer.Ordinal)
    {
        ["sandbox.directory"] = path,
        ["sandbox.user"] = user,
        ["sandbox.port"] = port.ToString(CultureInfo.InvariantCulture),
        ["sandbox.version"] = (HostPackages.InstalledPostgres() ?? AssumedVersion).ToString(CultureInfo.InvariantCulture),
    };

    private static async Task<string> PlaceAsync(string wished, Action<string> say, CancellationToken ct)
    {
        Directory.CreateDirectory(wished);
        var reason = wished.IndexOfAny(Unwritable) is var at and >= 0 ? $"\"{wished[at]}\" in the path of this checkout is not allowed in the files of PostgreSQL and pgBackRest"
            : Encoding.UTF8.GetByteCount(wished) > LongestFolder ? "the path of this checkout is too long for a socket"
            : !await CanEnterAsync(wished, ct) ? $"user {TaskUser} cannot enter the folder of this checkout"
            : null;
        if (reason is null || new DirectoryInfo(wished).LinkTarget is not null)
            return wished;
        // A checkout below /root, or in a private temporary folder, is closed to the server's user.
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wished)))[..10];
        var place = $"/var/tmp/postgresql-on-nomad-{Environment.UserName}-{id}";
        Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        // Someone else may have made a folder of this name first, to own what we put into it.
        if (new DirectoryInfo(place).LinkTarget is not null || !await OwnsAsync(place, ct))
            throw new SandboxException($"{place} belongs to someone else", $"remove it, or clone into a folder that {TaskUser} can enter");
        Directory.Delete(wished);
        Directory.CreateSymbolicLink(wished, place);
        say($"the sandbox is in {place}: {reason}");
        return place;
    }

    private static async Task<bool> CanEnterAsync(string path, CancellationToken ct) =>
        !Environment.IsPrivilegedProcess
        || await RunAsync("/usr/bin/setpriv", ["--reuid", TaskUser, "--regid", TaskUser, "--init-groups", "/usr/bin/test", "-x", path], ct) == 0;

    private static async Task<bool> OwnsAsync(string path, CancellationToken ct) =>
        await RunAsync("/usr/bin/test", ["-O", path], ct) == 0;

    private static async Task<int> RunAsync(string program, string[] arguments, CancellationToken ct) =>
        (await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteAsync(ct)).ExitCode;

    // Below the range from which the kernel gives ports to outgoing connections, or one of those could hold it tomorrow.
    private static int FreePort()
    {
        for (var port = RandomNumberGenerator.GetInt32(15_000, 30_000); ; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException) when (port < 32_000)
            {
                // Taken: the next one.
            }
        }
    }
}
