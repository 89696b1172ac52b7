namespace LocalNomad.Jobspec;

/// <summary>File permissions as job files write them: octal digits, with or without leading zeros.</summary>
internal static class UnixMode
{
    public static bool TryParse(string octal, out UnixFileMode mode)
    {
        mode = UnixFileMode.None;
        foreach (var digit in octal)
        {
            if (digit is < '0' or > '7')
                return false;
            mode = (UnixFileMode)(((int)mode << 3) | (digit - '0'));
            if ((int)mode > 0xFFF)
                return false;
        }

        return octal.Length > 0;
    }
}
