using System.Net.Sockets;

namespace LocalNomad.Commands;

/// <summary>Where the agent listens: <c>unix:///path/of/socket</c>.</summary>
internal static class AgentAddress
{
    public const string Scheme = "unix://";

    /// <summary>Socket addresses have room for so many bytes and no more.</summary>
    public const int MaxPathBytes = 107;

    public static string Of(CommandLine line) =>
        line.Text("address") ?? Environment.GetEnvironmentVariable("NOMAD_ADDR") ?? "http://127.0.0.1:4646";

    /// <exception cref="FormatException">The address is of another kind, or its path too long.</exception>
    public static string PathOf(string address)
    {
        if (!address.StartsWith(Scheme, StringComparison.Ordinal))
            throw new FormatException($"\"{address}\" is not an address of this single-node stand-in for Nomad: set NOMAD_ADDR to {Scheme}/path/of/its/socket");
        var path = address[Scheme.Length..];
        var bytes = System.Text.Encoding.UTF8.GetByteCount(path);
        return bytes <= MaxPathBytes
            ? path
            : throw new FormatException($"the path of the socket is {bytes} bytes long, {MaxPathBytes} at most are possible: {path}");
    }

    public static string Describe(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.AddressNotAvailable or SocketError.HostNotFound => "no such file or directory",
        SocketError.AccessDenied => "permission denied",
        _ => error.NativeErrorCode == 2 ? "no such file or directory" : error.Message,
    };
}
