using System.Text.Json.Serialization;
using LocalNomad.Posix;

namespace LocalNomad.Protocol;

/// <summary>A command that the agent works off for a CLI.</summary>
internal sealed record CommandRequest(IReadOnlyList<string> Arguments, string? FileName, string? FileText, bool HasPayload);

/// <summary>
/// A program inside a task. The CLI becomes it: its terminal, its input and its signals need no copying, and its
/// exit code is the program's.
/// </summary>
internal sealed record ExecRequest(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string Directory, bool Input, Account Account);

[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(ExecRequest))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
