namespace LocalNomad.Posix;

/// <summary>A user of this machine.</summary>
internal sealed record Account(string Name, uint User, uint Group)
{
    /// <summary>The user that this process acts as.</summary>
    public static Account Current { get; } = new(Environment.UserName, Native.EffectiveUser, Native.EffectiveGroup);

    public bool IsCurrent => User == Current.User;

    /// <summary>Looks a user up by name, or by number as job files may give it.</summary>
    /// <returns>Null if there is no such user.</returns>
    public static Account? Find(string name)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (fields.Length > 3 && (fields[0] == name || fields[2] == name)
                && uint.TryParse(fields[2], out var user) && uint.TryParse(fields[3], out var group))
            {
                return new Account(fields[0], user, group);
            }
        }

        return null;
    }

    /// <summary>The command line that runs <paramref name="command"/> as this user, with its groups.</summary>
    public IReadOnlyList<string> Wrap(IReadOnlyList<string> command) => IsCurrent
        ? command
        : [Setpriv, $"--reuid={User}", $"--regid={Group}", "--init-groups", "--", .. command];

    private static string Setpriv => File.Exists("/usr/bin/setpriv") ? "/usr/bin/setpriv" : "/bin/setpriv";
}
