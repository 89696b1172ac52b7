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

    public byte[] Encode() => Message.Encode(to =>
    {
        to.Write(Arguments);
        to.Write(FileName);
        to.Write(FileText);
        to.Write(HasPayload);
        to.Write(OnTerminal);
        to.Write(Variable is not null);
        if (Variable is null)
            return;
        to.Write(Variable.Namespace);
        to.Write(Variable.Path);
        to.Write(Variable.ModifyIndex);
        to.Write(Variable.Items);
    });

    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static CommandRequest Decode(byte[] message) => Message.Decode(message, from =>
    {
        var request = new CommandRequest(from.ReadTexts(), from.ReadText(), from.ReadText(), from.ReadFlag()) { OnTerminal = from.ReadFlag() };
        return !from.ReadFlag() ? request : request with
        {
            Variable = new VariableSpecification
            {
                Namespace = from.ReadText(), Path = from.ReadText(), ModifyIndex = from.ReadNumber(), Items = from.ReadMap(),
            },
        };
    });
}

/// <summary>
/// A program inside a task. The CLI becomes it: its terminal, its input and its signals need no copying, and its
/// exit code is the program's.
/// </summary>
internal sealed record ExecRequest(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string Directory, bool Input, Account Account)
{
    public byte[] Encode() => Message.Encode(to =>
    {
        to.Write(Command);
        to.Write(Environment);
        to.Write(Directory);
        to.Write(Input);
        to.Write(Account.Name);
        to.Write(Account.User);
        to.Write(Account.Group);
    });

    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static ExecRequest Decode(byte[] message) => Message.Decode(message, from => new ExecRequest(
        from.ReadTexts(), from.ReadMap() ?? [], from.ReadText() ?? "/", from.ReadFlag(),
        new Account(from.ReadText() ?? "", (uint)from.ReadNumber(), (uint)from.ReadNumber())));
}
