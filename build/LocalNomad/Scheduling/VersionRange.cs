namespace LocalNomad.Scheduling;

/// <summary>Ranges of versions as constraints write them: <c>&gt;= 1.1, &lt; 2</c>.</summary>
internal static class VersionRange
{
    public static bool Contains(string version, string range) =>
        TryParse(version, out var actual) && range.Split(',', StringSplitOptions.TrimEntries).All(part => Meets(actual, part));

    private static bool Meets(Version actual, string part)
    {
        var length = part.IndexOfAny([.. "0123456789"]);
        if (length < 0 || !TryParse(part[length..], out var wanted))
            return false;
        var order = actual.CompareTo(wanted);
        return part[..length].Trim() switch
        {
            "" or "=" => order == 0,
            "!=" => order != 0,
            ">" => order > 0,
            ">=" => order >= 0,
            "<" => order < 0,
            "<=" => order <= 0,
            "~>" => order >= 0 && actual.Major == wanted.Major,
            _ => false,
        };
    }

    private static bool TryParse(string text, out Version version)
    {
        var numbers = text.TrimStart('v').Split('-', '+')[0].Split('.').Select(part => int.TryParse(part, out var number) ? number : -1).ToList();
        version = new Version(0, 0, 0);
        if (numbers.Count is 0 or > 3 || numbers.Contains(-1))
            return false;
        version = new Version(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2));
        return true;
    }
}
