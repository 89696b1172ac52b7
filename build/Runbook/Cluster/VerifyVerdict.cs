using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Runbook.Cluster;

/// <summary>A count of what was wrong with the files of a set or of an archive.</summary>
/// <param name="Missing">Not there.</param>
/// <param name="Checksum">Other bytes than were written.</param>
/// <param name="Size">Another size.</param>
/// <param name="Other">Could not be read, unpacked or decrypted.</param>
public sealed record FaultCount(int Missing, int Checksum, int Size, int Other)
{
    /// <summary>All of them.</summary>
    public int Total => Missing + Checksum + Size + Other;
}

/// <summary>What pgBackRest found of one set.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Status"><c>valid</c>, <c>invalid</c>, <c>manifest missing</c> or <c>in-progress</c>.</param>
/// <param name="Files">Files that were read.</param>
/// <param name="Faults">What was wrong with some.</param>
public sealed record VerifiedSet(string Label, string Status, int Files, FaultCount Faults);

/// <summary>What pgBackRest found of the WAL in one folder of the archive.</summary>
/// <param name="ArchiveId">The folder, such as <c>15-1</c>.</param>
/// <param name="Segments">Segments that were read.</param>
/// <param name="Faults">What was wrong with some.</param>
public sealed record VerifiedArchive(string ArchiveId, int Segments, FaultCount Faults);

/// <summary>
/// What <c>pgbackrest verify --output=text --verbose</c> said at log level info. It ends with 0 whatever it finds, calls a set without a
/// manifest no error, and does not see that a set, or a segment between two sets, is gone.
/// </summary>
/// <param name="Ok">Its own word; null when it did not come to one.</param>
/// <param name="Sets">The sets that it found in the repository.</param>
/// <param name="Archives">The folders of WAL.</param>
/// <param name="Faulty">The files that are not as they were written.</param>
/// <param name="Words">What else it said of the whole, such as that there is no usable archive.info.</param>
public sealed partial record VerifyVerdict(
    bool? Ok, ImmutableArray<VerifiedSet> Sets, ImmutableArray<VerifiedArchive> Archives, ImmutableArray<FaultyFile> Faulty, ImmutableArray<string> Words)
{
    /// <summary>It came as far as the sets; without usable info files it does not.</summary>
    public bool LookedAtSets => Ok == true || !Sets.IsEmpty || !Archives.IsEmpty;

    /// <summary>Reads what it printed. Its result is also in its log, indented; only the one that begins a line is read.</summary>
    public static VerifyVerdict Parse(string output)
    {
        // How far it is is said meanwhile, and may come between any two lines.
        var lines = output.Split('\n').Where(l => !l.StartsWith("progress ", StringComparison.Ordinal)).ToList();
        var faulty = lines.Select(FaultyFile.Parse).OfType<FaultyFile>().DistinctBy(f => f.Path).ToImmutableArray();
        var result = lines.SkipWhile(l => !l.StartsWith("stanza: ", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(l => !LogLine().IsMatch(l)).Select(l => l.Trim()).Where(l => l.Length > 0).ToList();
        var sets = ImmutableArray.CreateBuilder<VerifiedSet>();
        var archives = ImmutableArray.CreateBuilder<VerifiedArchive>();
        var words = lines.Select(l => Remark().Match(l)).Where(m => m.Success).Select(m => m.Groups["words"].Value).ToImmutableArray().ToBuilder();
        bool? ok = null;
        for (var i = 0; i < result.Count; i++)
        {
            // The counts stand on the line below, where there are any.
            var count = i + 1 < result.Count ? Faults(result[i + 1]) : null;
            if (result[i] is "status: ok" or "status: error")
                ok = result[i] == "status: ok";
            else if (Set().Match(result[i]) is { Success: true } set)
                sets.Add(new VerifiedSet(set.Groups["label"].Value, set.Groups["status"].Value, Number(set, "files"), count ?? new FaultCount(0, 0, 0, 0)));
            else if (Archive().Match(result[i]) is { Success: true } archive)
                archives.Add(new VerifiedArchive(archive.Groups["id"].Value, Number(archive, "segments"), count ?? new FaultCount(0, 0, 0, 0)));
            else if (Faults(result[i]) is null)
                words.Add(result[i]);
        }
        return new VerifyVerdict(ok, sets.ToImmutable(), archives.ToImmutable(), faulty, words.ToImmutable());
    }

    private static FaultCount? Faults(string line)
    {
        var counts = Count().Matches(line);
        // Only kinds that there are, where it was not asked for all.
        return counts.Count == 0 || Count().Replace(line, "").Trim(',', ' ').Length > 0 ? null
            : new FaultCount(Of("missing"), Of("checksum invalid"), Of("size invalid"), Of("other"));

        int Of(string kind) => counts.Where(c => c.Groups["kind"].Value == kind).Sum(c => Number(c, "count"));
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^backup: (?<label>\S+), status: (?<status>[a-z -]+), total files checked: (?<files>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Set();

    [GeneratedRegex(@"^archiveId: (?<id>[^,]+), total WAL checked: (?<segments>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Archive();

    [GeneratedRegex(@"(?<kind>missing|checksum invalid|size invalid|other): (?<count>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Count();

    // What is wrong with more than a file is said in the log alone.
    [GeneratedRegex(@" P00 +INFO: (?<words>archiveIds .*|'[^']+' may not be recoverable.*|backup '[^']+' manifest does not contain .*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Remark();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+ P[0-9]+ ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LogLine();
}
