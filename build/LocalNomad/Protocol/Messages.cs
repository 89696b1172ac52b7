using System.Text.Json.Serialization;
using LocalNomad.Posix;
using LocalNomad.Variables;

namespace LocalNomad.Protocol;

/// <summary>A command that the agent works off for a CLI.</summary>
internal sealed record CommandRequest(IReadOnlyList<string> Arguments, string? FileName, string? FileText, bool HasPayload)
{
    /// <summary>What <c>var put</c> was given.</summary>
    public VariableSpecification? Variable { get; init; }

    /// <summary>Whether somebody reads the output on a terminal.</summary>
    public bool OnTerminal { get; init; }
}

/// <summary>
/// A program inside a task. The CLI becomes it: its terminal, its input and its signals need no copying, and its
/// exit code is the program's.
/// </summary>
internal sealed record ExecRequest(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string Directory, bool Input, Account Account);

[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(ExecRequest))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
