using System.Collections.Frozen;

namespace LocalNomad.Posix;

/// <summary>Signal names of Linux as job files write them.</summary>
internal static class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    private static readonly FrozenDictionary<string, int> Numbers = new Dictionary<string, int>
    {
        ["SIGHUP"] = 1, ["SIGINT"] = Interrupt, ["SIGQUIT"] = 3, ["SIGILL"] = 4, ["SIGTRAP"] = 5, ["SIGABRT"] = 6, ["SIGIOT"] = 6,
        ["SIGBUS"] = 7, ["SIGFPE"] = 8, ["SIGKILL"] = Kill, ["SIGUSR1"] = 10, ["SIGSEGV"] = 11, ["SIGUSR2"] = 12, ["SIGPIPE"] = 13,
        ["SIGALRM"] = 14, ["SIGTERM"] = Terminate, ["SIGCHLD"] = 17, ["SIGCONT"] = 18, ["SIGSTOP"] = 19, ["SIGTSTP"] = 20,
        ["SIGTTIN"] = 21, ["SIGTTOU"] = 22, ["SIGURG"] = 23, ["SIGXCPU"] = 24, ["SIGXFSZ"] = 25, ["SIGPROF"] = 27,
        ["SIGWINCH"] = 28, ["SIGIO"] = 29, ["SIGSYS"] = 31,
    }.ToFrozenDictionary();

    public static string Names { get; } = string.Join(',', Numbers.Keys.Order(StringComparer.Ordinal));

    public static bool TryParse(string name, out int number) => Numbers.TryGetValue(name.Trim().ToUpperInvariant(), out number);
}
