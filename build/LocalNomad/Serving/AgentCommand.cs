using System.Net.Sockets;
using System.Runtime.InteropServices;
using LocalNomad.Commands;
using LocalNomad.Posix;
using LocalNomad.Running;
using LocalNomad.Scheduling;
using LocalNomad.State;

namespace LocalNomad.Serving;

/// <summary>Runs the agent in the foreground until it is told to end.</summary>
internal static class AgentCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static async Task<int> RunAsync(CommandLine line)
    {
        var options = AgentOptions.Read(line);
        try
        {
            return await RunAsync(line, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException or InvalidDataException)
        {
            throw line.Misuse($"The agent cannot run in {options.DataDirectory}: {error.Message}");
        }
    }

    private static async Task<int> RunAsync(CommandLine line, AgentOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory);
        // Tasks of other users reach their folders through it, but nobody else can look around.
        foreach (var folder in (string[])[options.DataDirectory, Path.Combine(options.DataDirectory, "alloc")])
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, Passable);
        }

        Directory.CreateDirectory(Path.Combine(options.DataDirectory, "runs"), OwnerOnly | UnixFileMode.UserExecute);
        using var held = TryLock(options.DataDirectory);
        if (held is null)
            throw line.Misuse($"Another agent is at work in {options.DataDirectory}.");
        using var stopping = new CancellationTokenSource();
        // INT, QUIT and HUP: what asks the agent to end must reach it however it was started.
        Native.HearIgnoredSignals(among: 0b111);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await ServeAsync(options, stopping.Token);
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task ServeAsync(AgentOptions options, CancellationToken stopping)
    {
        var time = TimeProvider.System;
        using var store = new StateStore(Path.Combine(options.DataDirectory, "state.journal"), time);
        var node = NodeFacts.Gather(NodeFacts.Identify(options.DataDirectory), options, time.GetUtcNow());
        var jobs = new JobService(store, new Scheduler(node));
        var client = new NodeClient(store, jobs, node, options.DataDirectory, Console.Out);
        var parts = new AgentParts(store, jobs, client, node, time.GetUtcNow(), options.SocketPath);

        // Held by nobody, as the lock on the folder says: what is there is left of an agent that was killed.
        File.Delete(options.SocketPath);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(options.SocketPath));
        File.SetUnixFileMode(options.SocketPath, OwnerOnly);
        listener.Listen(128);
        await Console.Out.WriteLineAsync($"==> Nomad agent started! (single-node stand-in, version {Program.Version})\n    Address: {options.Address}\n    Data: {options.DataDirectory}");

        var work = new[]
        {
            client.RunAsync(stopping),
            new Clockwork(store, jobs).RunAsync(stopping),
            new CommandServer(listener, parts, Console.Out).RunAsync(stopping),
        };
        var ended = await Task.WhenAny(work);
        File.Delete(options.SocketPath);
        if (options.Dev)
            await client.StopAllAsync();
        if (!stopping.IsCancellationRequested)
            await ended;
        await Console.Out.WriteLineAsync("==> Nomad agent ended");
    }

    private static FileStream? TryLock(string dataDirectory)
    {
        try
        {
            return new FileStream(Path.Combine(dataDirectory, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
