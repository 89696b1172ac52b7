using Runbook.Output;

namespace Tests.Output;

/// <summary>Types what a test says, or is not there and redirects something to standard input.</summary>
internal sealed class FakePerson : IPerson
{
    private readonly Queue<string> _typed = [];
    private string _input = "";

    public List<string> Asked { get; } = [];

    public bool CanType { get; private set; }

    public void Types(params string[] lines)
    {
        CanType = true;
        Asked.Clear();
        _typed.Clear();
        foreach (var line in lines)
            _typed.Enqueue(line);
    }

    public void Redirects(string input) => (CanType, _input) = (false, input);

    public string AskSecret(string question) => Ask(question);

    public bool AskYes(string question) => Ask(question) == "yes";

    public string ReadInput() => !CanType ? _input : throw new InvalidOperationException("nothing is redirected");

    private string Ask(string question)
    {
        if (!CanType)
            throw new InvalidOperationException("nobody can type");
        Asked.Add(question);
        return _typed.Dequeue();
    }
}
