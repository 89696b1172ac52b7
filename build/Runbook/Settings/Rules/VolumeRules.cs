namespace Runbook.Settings;

internal static class VolumeRules
{
    // sun_path of Linux has 108 bytes, the last of which is a NUL.
    private const int MaximumSocketBytes = 107;

    public static void Check(ClusterSettings settings, Problems problems)
    {
        (string Key, VolumeSetting Volume)[] volumes =
        [
            ("data", settings.Volumes.Data), ("socket", settings.Volumes.Socket), ("log", settings.Volumes.Log),
        ];
        foreach (var (key, volume) in volumes)
        {
            if (Text.PathProblem(volume.Path) is { } problem)
                problems.Add($"volumes.{key}.path", problem);
            problems.AddIf(!Text.IsPlainName(volume.Name), $"volumes.{key}.name",
                $"found \"{volume.Name}\"; allowed: {Text.PlainNameRule} characters");
        }

        Distinct(volumes.Select(v => ($"volumes.{v.Key}.path", v.Volume.Path.TrimEnd('/'))), problems);
        if (settings.Nomad.Driver != TaskDriver.RawExec)
            Distinct(volumes.Select(v => ($"volumes.{v.Key}.name", v.Volume.Name)), problems);

        // The longest: the copy that a restore recovers is asked there.
        var socket = $"{settings.Volumes.Socket.Path.TrimEnd('/')}/restore/.s.PGSQL.{settings.Postgres.Port}";
        problems.AddIf(Text.Bytes(socket) > MaximumSocketBytes, "volumes.socket.path",
            $"the socket {socket} has {Text.Bytes(socket)} bytes; allowed: at most {MaximumSocketBytes} bytes; "
            + "choose a shorter path");
    }

    private static void Distinct(IEnumerable<(string Path, string Value)> entries, Problems problems)
    {
        foreach (var same in entries.GroupBy(entry => entry.Value).Where(group => group.Count() > 1))
            problems.Add(same.Last().Path, $"\"{same.Key}\" is also {same.First().Path}; each needs its own");
    }
}
