using System.Globalization;
using System.Text;
using Runbook.Cluster;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>From the words of the command line to what is asked of Restore. All that is wrong is told at once.</summary>
public static class RecoveryTargetParser
{
    // Below are the ids that PostgreSQL keeps for itself. It takes 64 bits and compares 32 of them (recovery_target_xid): a
    // larger number would silently mean another transaction.
    private const uint FirstXid = 3;

    // PostgreSQL's MAXFNAMELEN, less the byte that ends the name.
    private const int NameBytes = 63;

    private const string Choices =
        "--backup-set latest for everything, --backup-set LABEL for the end of that set, "
        + "or one of --recovery-target immediate|latest, --target-time, --target-lsn, --target-xid, --target-name";

    /// <summary>Reads the words.</summary>
    /// <exception cref="RunbookException">They do not say one thing.</exception>
    public static RestoreRequest Parse(TargetWords words)
    {
        var problems = new List<string>();
        (string Option, bool Given, Func<RecoveryTarget?> Read)[] options =
        [
            ("--recovery-target", words.RecoveryTarget is not null,
                () => words.RecoveryTarget == RestoreTarget.Latest ? RecoveryTarget.Latest : RecoveryTarget.Immediate),
            ("--target-time", words.Time.Length > 0, () => Time(words, problems)),
            ("--target-lsn", words.Lsn.Length > 0, () => Position(words, problems)),
            ("--target-xid", words.Xid.Length > 0, () => Transaction(words, problems)),
            ("--target-name", words.Name.Length > 0, () => Name(words, problems)),
        ];
        var given = options.Where(o => o.Given).ToList();
        // Each is read even if there is one too many: whoever mends one thing should not meet the next.
        var targets = given.Select(o => o.Read()).ToList();
        if (given.Count > 1)
            problems.Add($"{string.Join(" and ", given.Select(o => o.Option))} each set the recovery target: give one of them");
        if (given.Count == 0 && words.BackupSet.Length == 0)
            problems.Add($"no recovery target given: {Choices}");
        var target = given.Count > 0 ? targets[0] ?? RecoveryTarget.Immediate : Alone(words);
        CheckCompany(words, given.Select(o => o.Option).ToList(), problems);
        if (problems.Count > 0)
            throw new RunbookException(ExitCode.WrongUse, problems.Count == 1 ? problems[0] : string.Join("\n", problems.Prepend("these options do not fit together:").Select((p, i) => i == 0 ? p : $"  {p}")))
            {
                State = "nothing was changed",
                Next = given.Count == 0 && words.BackupSet.Length == 0 ? "./build.sh Backups shows what can be restored" : "./build.sh Restore --help",
            };
        return new RestoreRequest(SetOf(words, target), target)
        {
            Timeline = words.Timeline.ToLowerInvariant() is var timeline && uint.TryParse(timeline, CultureInfo.InvariantCulture, out var number)
                ? $"{number}" : timeline,
            Strategy = words switch { { Online: true } => RestoreStrategy.Online, { InPlace: true } => RestoreStrategy.InPlace, _ => RestoreStrategy.Beside },
            Pause = words.Pause,
        };
    }

    // As in pgBackRest, the newest set includes all WAL after it; a set that was named is wanted for what it holds.
    private static RecoveryTarget Alone(TargetWords words) =>
        words.BackupSet == RestoreRequest.Newest ? RecoveryTarget.Latest : RecoveryTarget.Immediate;

    // For a point the newest set is not the right one, but the newest before it.
    private static string SetOf(TargetWords words, RecoveryTarget target) =>
        target.Kind is TargetKind.Time or TargetKind.Lsn && words.BackupSet == RestoreRequest.Newest ? "" : words.BackupSet;

    private static void CheckCompany(TargetWords words, List<string> given, List<string> problems)
    {
        if (words.Exclusive && !given.Exists(o => o is "--target-time" or "--target-lsn" or "--target-xid"))
            problems.Add("--target-exclusive goes with --target-time, --target-lsn or --target-xid");
        if (words.Timeline.Length > 0)
        {
            if (words.Timeline.ToLowerInvariant() is not ("current" or "latest")
                && !(uint.TryParse(words.Timeline, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
                problems.Add($"--target-timeline: {words.Timeline} is no timeline; write its number, current (the set's own) or latest");
            if (words.RecoveryTarget == RestoreTarget.Immediate || (given.Count == 0 && words.BackupSet is not ("" or RestoreRequest.Newest)))
                problems.Add("--target-timeline does not go with the end of a set, which is on the set's own timeline; "
                    + "--recovery-target latest follows a timeline from there");
        }
        if (words is { Online: true, InPlace: true })
            problems.Add("--online and --in-place exclude each other: the live directory either serves or is overwritten");
        if (words is { InPlace: true, Pause: true })
            problems.Add("--in-place and --pause exclude each other: there is nothing to return to afterwards");
    }

    private static RecoveryTarget? Time(TargetWords words, List<string> problems)
    {
        var (at, problem) = TargetTime.Parse(words.Time.Trim());
        if (problem.Length == 0)
            return new RecoveryTarget(TargetKind.Time, TargetTime.Canonical(at), words.Exclusive);
        problems.Add($"--target-time: {problem}");
        return null;
    }

    private static RecoveryTarget? Position(TargetWords words, List<string> problems)
    {
        if (Lsn.TryParse(words.Lsn.Trim()) is { } position and > 0)
            return new RecoveryTarget(TargetKind.Lsn, Lsn.Text(position), words.Exclusive);
        problems.Add($"--target-lsn: {words.Lsn} is no WAL position; write two halves in hex, such as 16/B374D848");
        return null;
    }

    private static RecoveryTarget? Transaction(TargetWords words, List<string> problems)
    {
        if (uint.TryParse(words.Xid.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var xid) && xid >= FirstXid)
            return new RecoveryTarget(TargetKind.Xid, $"{xid}", words.Exclusive);
        problems.Add($"--target-xid: {words.Xid} is no transaction id; write a number from {FirstXid} to {uint.MaxValue} (of a 64-bit one its value modulo 2^32)");
        return null;
    }

    private static RecoveryTarget? Name(TargetWords words, List<string> problems)
    {
        var problem = Encoding.UTF8.GetByteCount(words.Name) > NameBytes ? $"longer than {NameBytes} bytes"
            : words.Name.Any(c => char.IsControl(c) || c is '\'' or '"' or '\\') ? "with a quote, a backslash or a control character"
            : string.IsNullOrWhiteSpace(words.Name) ? "that is blank" : "";
        if (problem.Length == 0)
            return new RecoveryTarget(TargetKind.Name, words.Name);
        problems.Add($"--target-name: a name {problem} cannot be used");
        return null;
    }
}
