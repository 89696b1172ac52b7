using System.Net.Sockets;
using System.Text;
using LocalNomad.Posix;
using LocalNomad.Protocol;
using LocalNomad.Variables;

namespace LocalNomad.Commands;

/// <summary>Hands a command to the agent and passes on what it prints. The agent is warm, this process is not.</summary>
internal static class RemoteCommand
{
    public static int Run(CommandLine line, IReadOnlyList<string> arguments)
    {
        var file = line.Spec.ReadsJobFile ? JobFileText.Read(line) : null;
        VariableCommands.Check(line);
        var variable = line.Spec.Name == "var put" ? ReadVariable(line) : null;
        var payload = line.Spec.Name == "job dispatch" && line.Arguments.Count == 2 && HasPayload(line);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Connect(socket, line);
        using var stream = new NetworkStream(socket);
        var request = new CommandRequest(arguments, file?.Name, file?.Text, payload) { Variable = variable, OnTerminal = !Console.IsOutputRedirected };
        Frame.Write(stream, FrameKind.Request, request.Encode());
        return Follow(stream);
    }

    private static int Follow(NetworkStream stream)
    {
        using var output = Console.OpenStandardOutput();
        using var errors = Console.OpenStandardError();
        while (true)
        {
            (FrameKind Kind, byte[] Content)? frame;
            try
            {
                frame = Frame.Read(stream);
            }
            catch (IOException)
            {
                frame = null;
            }

            switch (frame?.Kind)
            {
                case FrameKind.Output:
                    output.Write(frame.Value.Content);
                    break;
                case FrameKind.Error:
                    errors.Write(frame.Value.Content);
                    break;
                case FrameKind.Exit:
                    return int.Parse(Encoding.UTF8.GetString(frame.Value.Content));
                case FrameKind.Become:
                    return Become(ExecRequest.Decode(frame.Value.Content));
                default:
                    Console.Error.WriteLine("The agent ended before its answer did: EOF");
                    return 1;
            }
        }
    }

    private static void Connect(Socket socket, CommandLine line)
    {
        RequireOnly("default", line.Text("namespace") ?? Environment.GetEnvironmentVariable("NOMAD_NAMESPACE"), "namespace", line);
        RequireOnly("global", line.Text("region") ?? Environment.GetEnvironmentVariable("NOMAD_REGION"), "region", line);
        var address = AgentAddress.Of(line);
        try
        {
            var path = AgentAddress.PathOf(address);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
            }
            catch (SocketException error)
            {
                throw line.Misuse($"{line.Spec.ConnectError}: {line.Spec.Request} \"{address}{line.Spec.Path}\": dial unix {path}: connect: {AgentAddress.Describe(error)}");
            }
        }
        catch (FormatException error)
        {
            throw line.Misuse($"{line.Spec.ConnectError}: {error.Message}");
        }
    }

    private static void RequireOnly(string available, string? wanted, string what, CommandLine line)
    {
        if (!string.IsNullOrEmpty(wanted) && wanted != available && wanted != "*")
            throw line.Misuse($"{line.Spec.ConnectError}: the {what} \"{wanted}\" is not available on this single-node stand-in for Nomad, only \"{available}\"");
    }

    private static bool HasPayload(CommandLine line)
    {
        try
        {
            using var source = line.Arguments[1] == "-" ? Console.OpenStandardInput() : File.OpenRead(line.Arguments[1]);
            return source.ReadByte() >= 0;
        }
        catch (IOException)
        {
            throw line.Misuse($"Error reading input data: open {line.Arguments[1]}: no such file or directory");
        }
    }

    private static VariableSpecification ReadVariable(CommandLine line)
    {
        using var input = Console.OpenStandardInput();
        return VariableInput.Read(line, input, line.Has("verbose") ? Console.Error.WriteLine : _ => { });
    }

    private static int Become(ExecRequest request)
    {
        if (!request.Input)
        {
            using var nowhere = Spawn.Nowhere();
            _ = Native.dup2((int)nowhere.DangerousGetHandle(), 0);
        }

        _ = Native.chdir(request.Directory);
        // The agent's user is meant, or the task's; who calls us, root maybe, does not count.
        var command = request.Account.Wrap(request.Command);
        var error = Native.Execute(command[0], command, request.Environment);
        Console.Error.WriteLine($"failed to exec into task: rpc error: code = Unknown desc = failed to start command: {request.Command[0]}: {error.Message}");
        return 1;
    }
}
