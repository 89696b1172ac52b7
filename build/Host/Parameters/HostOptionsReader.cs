using Host.Words;
using Nuke.Common;

namespace Host.Parameters;

/// <summary>Reads the host's own options. Only variables with NUKE's prefix count: <c>VERBOSITY</c> may be anybody's.</summary>
internal static class HostOptionsReader
{
    /// <summary>What the command line and the environment say; the parameters file is asked later, by its profiles.</summary>
    public static HostOptions Read(CommandLine line, EnvironmentValues environment, ICollection<Problem> problems)
    {
        var shell = line.Options.GetValueOrDefault(HostOptions.Completion.Word);
        return new HostOptions
        {
            ShowHelp = IsSet(line, HostOptions.Help, null, problems),
            ShowPlan = IsSet(line, HostOptions.Plan, null, problems),
            HideLogo = IsSet(line, HostOptions.NoLogo, environment, problems),
            CompletionShell = shell is null ? null : OneOf(shell, Completion.CompletionScript.Shells, problems),
            Profiles = Profiles(line, environment, problems),
            Skipped = Skipped(line, problems),
        };
    }

    /// <summary>The verbosity, from wherever it was given.</summary>
    public static Verbosity ReadVerbosity(
        CommandLine line, EnvironmentValues environment, FileValues? files, ICollection<Problem> problems)
    {
        var option = HostOptions.VerbosityOption;
        var raw = line.Options.GetValueOrDefault(option.Word) ?? environment.Find(option) ?? files?.Find(option.Name);
        if (raw is null || OneOf(raw, [.. Enum.GetNames<Verbosity>().Select(Names.Kebab)], problems) is not { } word)
            return Verbosity.Normal;
        return Enum.Parse<Verbosity>(word, ignoreCase: true);
    }

    private static bool IsSet(
        CommandLine line, HostOption option, EnvironmentValues? environment, ICollection<Problem> problems)
    {
        var raw = line.Options.GetValueOrDefault(option.Word) ?? environment?.Find(option);
        if (raw is null)
            return false;
        if (raw.Words.Count == 0)
            return true;
        if (bool.TryParse(raw.Words[0], out var value))
            return value;
        problems.Add(new Problem($"{raw.Source}: '{raw.Words[0]}' is not true or false."));
        return false;
    }

    private static string? OneOf(RawValue raw, IReadOnlyList<string> allowed, ICollection<Problem> problems)
    {
        var word = raw.Words.Count == 1 ? raw.Words[0] : string.Join(", ", raw.Words);
        var match = allowed.FirstOrDefault(x => x.Equals(word, StringComparison.OrdinalIgnoreCase));
        if (match is null)
            problems.Add(new Problem($"{raw.Source}: '{word}' is none of {string.Join(", ", allowed)}.{NearestWord.Hint(word, allowed)}"));
        return match;
    }

    private static string[] Profiles(CommandLine line, EnvironmentValues environment, ICollection<Problem> problems)
    {
        var raw = line.Options.GetValueOrDefault(HostOptions.Profile.Word) ?? environment.Find(HostOptions.Profile);
        if (raw is null)
            return [];
        var profiles = raw.Words.SelectMany(x => x.Split(',', '+')).Select(x => x.Trim()).ToArray();
        if (profiles.Contains(""))
            problems.Add(new Problem($"{raw.Source}: a profile is empty."));
        foreach (var twice in profiles.GroupBy(x => x).Where(x => x.Key.Length > 0 && x.Count() > 1))
            problems.Add(new Problem($"{raw.Source}: profile '{twice.Key}' is given twice."));
        return [.. profiles.Where(x => x.Length > 0)];
    }

    private static string[]? Skipped(CommandLine line, ICollection<Problem> problems)
    {
        if (line.Options.GetValueOrDefault(HostOptions.Skip.Word) is not { } raw)
            return null;
        var skipped = raw.Words
            .SelectMany(x => x.Split('+', ','))
            .Select(x => x.Replace("-", "", StringComparison.Ordinal))
            .ToArray();
        foreach (var target in line.Targets.Where(x => skipped.Contains(x, StringComparer.OrdinalIgnoreCase)))
            problems.Add(new Problem($"Target '{target}' is named to run and to be skipped."));
        return skipped;
    }
}
