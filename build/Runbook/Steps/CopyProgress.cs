using System.Globalization;
using System.Text.RegularExpressions;

namespace Runbook.Steps;

/// <summary>How far pgBackRest has copied, read from its log lines at detail level.</summary>
/// <param name="File">The file that was copied last.</param>
/// <param name="Percent">Of all bytes, 0 to 100.</param>
public sealed partial record CopyProgress(string File, double Percent)
{
    /// <summary>Reads a line such as <c>restore file PATH (312.5MB, 48.15%) checksum ...</c>; null for any other.</summary>
    public static CopyProgress? Parse(string line)
    {
        var match = Pattern().Match(line);
        return match.Success
            ? new CopyProgress(match.Groups["file"].Value, double.Parse(match.Groups["percent"].Value, CultureInfo.InvariantCulture))
            : null;
    }

    [GeneratedRegex(@"(restore|restore zeroed|backup|match) file (from prior backup )?(?<file>.+?)( - [^()]+)?( \([^()]*\))*? \(([^()]*, )?(?<percent>[0-9.]+)%\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
