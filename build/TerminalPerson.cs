using System.Text;
using Runbook.Output;

/// <summary>The person at this process's terminal. A question ends with the run: Ctrl-C is heard while one waits.</summary>
public sealed class TerminalPerson(CancellationToken ct) : IPerson
{
    /// <inheritdoc/>
    public bool CanType => !Console.IsInputRedirected;

    /// <inheritdoc/>
    public string AskSecret(string question)
    {
        // A terminal shows what is typed until this process looks at it for the first time: that must be over when the question stands.
        _ = Console.KeyAvailable;
        return Ask(question, ReadHidden);
    }

    /// <inheritdoc/>
    public bool AskYes(string question) =>
        Ask(question, () => Console.ReadLine() ?? "").Trim().ToUpperInvariant() is "Y" or "YES";

    /// <inheritdoc/>
    public string ReadInput() => Until(Console.In.ReadToEnd);

    private string Ask(string question, Func<string> read)
    {
        ct.ThrowIfCancellationRequested();
        // Beside what a program may read from standard output.
        Console.Error.Write(question);
        try
        {
            return Until(read);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine();
            throw;
        }
    }

    // The read itself cannot be cancelled; it is left behind, and the terminal is set right when the process ends.
    private string Until(Func<string> read)
    {
        var reading = Task.Run(read, ct);
        reading.Wait(ct);
        return reading.Result;
    }

    private static string ReadHidden()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return typed.ToString();
                case ConsoleKey.Backspace when typed.Length > 0:
                    typed.Length--;
                    break;
                case ConsoleKey.U when key.Modifiers == ConsoleModifiers.Control:
                    typed.Clear();
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                        typed.Append(key.KeyChar);
                    break;
            }
        }
    }
}
