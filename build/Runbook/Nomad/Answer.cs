namespace Runbook.Nomad;

/// <summary>What came of a question.</summary>
/// <param name="Value">Null when there is no answer.</param>
/// <param name="Trouble">Why there is none; empty when there is one, or nobody asked.</param>
/// <param name="Next">What to do about it.</param>
public sealed record Answer<T>(T? Value, string Trouble, string Next)
{
    /// <summary>Somebody asked.</summary>
    public bool Asked { get; init; } = true;

    /// <summary>There is an answer.</summary>
    public bool IsThere => Asked && Trouble.Length == 0 && Value is not null;
}

/// <summary>Ways to an answer.</summary>
public static class Answer
{
    /// <summary>Nobody asked.</summary>
    public static Answer<T> NotAsked<T>() => new(default, "", "") { Asked = false };

    /// <summary>An answer.</summary>
    public static Answer<T> Of<T>(T value) => new(value, "", "");

    /// <summary>Asks; an end that the operator must know about is the answer that there is none.</summary>
    public static async Task<Answer<T>> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return Of(await ask());
        }
        catch (RunbookException e)
        {
            return new(default, e.Message, e.Next);
        }
    }
}
