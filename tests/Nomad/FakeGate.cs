using Runbook.Nomad;

namespace Tests.Nomad;

/// <summary>Answers invocations from a function and remembers them.</summary>
internal sealed class FakeGate(Func<Invocation, (int Code, string Output, string Error)> answer) : IProcessGate
{
    public List<Invocation> Asked { get; } = [];

    public Task<Outcome> RunAsync(Invocation invocation, Action<string>? onOutputLine, CancellationToken cancellationToken)
    {
        Asked.Add(invocation);
        var (code, output, error) = answer(invocation);
        return Task.FromResult(new Outcome(invocation, code, output, error));
    }

    /// <summary>A client that always gets the same answer.</summary>
    public static NomadClient Client(int code, string output, string error = "") =>
        new(new NomadCommands("nomad"), new FakeGate(_ => (code, output, error)));
}
