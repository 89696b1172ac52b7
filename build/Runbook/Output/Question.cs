namespace Runbook.Output;

/// <summary>A plain yes or no before something that should not happen by a slip of the hand.</summary>
public static class Question
{
    /// <summary>Returns when the answer is yes.</summary>
    /// <param name="person">Answers.</param>
    /// <param name="yes">It was answered beforehand.</param>
    /// <param name="what">What will be done.</param>
    /// <param name="next">What answers beforehand.</param>
    /// <exception cref="RunbookException">The answer is no, or nobody can give it.</exception>
    public static void Ask(IPerson person, bool yes, string what, string next)
    {
        if (yes)
            return;
        if (!person.CanType)
            throw RunbookException.Refused($"this would {what}: needs confirmation, but there is no terminal; add --yes", next);
        if (!person.AskYes($"This will {what}. Go on? [y/N] "))
            throw RunbookException.Refused("the answer was not yes", next);
    }
}
