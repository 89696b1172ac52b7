using System.Net.Sockets;
using System.Text;
using LocalNomad.Commands;
using LocalNomad.Protocol;
using LocalNomad.Scheduling;
using LocalNomad.State;

namespace LocalNomad.Serving;

/// <summary>Answers CLIs on the agent's socket, each on its own. Nothing that one of them sends ends the agent.</summary>
internal sealed class CommandServer(Socket listener, AgentParts agent, TextWriter log)
{
    private static readonly Dictionary<string, Func<Session, Task<int>>> Handlers = new()
    {
        ["job run"] = JobCommands.RunAsync,
        ["job plan"] = PlanCommand.RunAsync,
        ["job stop"] = JobCommands.StopAsync,
        ["job inspect"] = JobCommands.InspectAsync,
        ["job status"] = JobStatusCommand.RunAsync,
        ["job revert"] = JobCommands.RevertAsync,
        ["job history"] = JobStatusCommand.HistoryAsync,
        ["job dispatch"] = JobCommands.DispatchAsync,
        ["job periodic force"] = JobCommands.ForceAsync,
        ["alloc status"] = AllocationStatusCommand.RunAsync,
        ["alloc logs"] = LogsCommand.RunAsync,
        ["alloc stop"] = TaskCommands.StopAsync,
        ["alloc signal"] = TaskCommands.SignalAsync,
        ["alloc restart"] = TaskCommands.RestartAsync,
        ["eval status"] = NodeCommands.EvaluationAsync,
        ["node status"] = NodeCommands.StatusAsync,
        ["var put"] = VariableCommands.PutAsync,
        ["var get"] = VariableCommands.GetAsync,
        ["var list"] = VariableCommands.ListAsync,
        ["var purge"] = VariableCommands.PurgeAsync,
        ["server members"] = NodeCommands.MembersAsync,
        ["agent-info"] = NodeCommands.InfoAsync,
        ["system gc"] = NodeCommands.CollectAsync,
    };

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var socket = await listener.AcceptAsync(cancellation);
            _ = Task.Run(() => AnswerAsync(socket, cancellation), cancellation);
        }
    }

    private async Task AnswerAsync(Socket socket, CancellationToken stopping)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (await Frame.ReadAsync(stream, gone.Token) is not { Kind: FrameKind.Request } frame)
                return;
            var request = CommandRequest.Decode(frame.Content);
            var left = WatchAsync(stream, gone);
            await ExecuteAsync(request, stream, gone.Token);
            socket.Shutdown(SocketShutdown.Send);
            await left;
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The CLI went away; what it asked for stands, only nobody reads on.
        }
        catch (InvalidDataException error)
        {
            await log.WriteLineAsync($"[WARN] a request was not understood: {error.Message}");
        }
    }

    // A CLI sends nothing after its request: the end of its stream means that it was ended.
    private static async Task WatchAsync(NetworkStream stream, CancellationTokenSource gone)
    {
        try
        {
            _ = await stream.ReadAsync(new byte[1], gone.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The same.
        }

        await gone.CancelAsync();
    }

    private async Task ExecuteAsync(CommandRequest request, NetworkStream stream, CancellationToken cancellation)
    {
        var (spec, rest) = CommandTable.Find(request.Arguments) ?? throw new InvalidDataException("An unknown command.");
        var session = new Session(agent, request, CommandLine.Parse(spec, rest), stream, cancellation);
        int exit;
        try
        {
            if (spec.Name == "alloc exec")
            {
                (exit, var become) = await TaskCommands.ExecAsync(session);
                if (become is not null)
                {
                    await Frame.WriteAsync(stream, FrameKind.Become, become.Encode(), cancellation);
                    return;
                }
            }
            else
            {
                exit = await Handlers[spec.Name](session);
            }

            await session.FlushAsync();
        }
        catch (Lookup.NotFoundException error)
        {
            exit = await session.FailAsync(error.Message);
        }
        catch (StateWriteException error)
        {
            exit = await session.FailAsync($"{spec.ConnectError}: Unexpected response code: 500 ({error.Message})", spec.UsageExitCode);
        }
        catch (ApiException error)
        {
            exit = await session.FailAsync($"{spec.ConnectError}: {error.Message}", spec.UsageExitCode);
        }
#pragma warning disable CA1031 // Whatever a request brings about, the agent goes on.
        catch (Exception error) when (error is not (IOException or OperationCanceledException))
#pragma warning restore CA1031
        {
            await log.WriteLineAsync($"[ERROR] {spec.Name}: {error}");
            exit = await session.FailAsync($"{spec.ConnectError}: Unexpected response code: 500 ({error.Message})", spec.UsageExitCode);
        }

        await Frame.WriteAsync(stream, FrameKind.Exit, Encoding.UTF8.GetBytes($"{exit}"), cancellation);
    }
}
