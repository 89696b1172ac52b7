using System.Collections.Immutable;
using System.Text.Json;

namespace Runbook.Cluster;

/// <summary>A setting as the running server has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">In its base unit, as pg_settings shows it.</param>
/// <param name="Unit">The base unit, such as 8kB or ms; empty for none.</param>
/// <param name="Type">bool, integer, real, enum or string.</param>
/// <param name="File">The file that set it; empty when none did.</param>
/// <param name="Waiting">What a file says instead, which waits for a restart; null when nothing waits.</param>
public sealed record LiveSetting(string Name, string Value, string Unit, string Type, string File, string? Waiting)
{
    /// <summary>ALTER SYSTEM set it: its file is read after the runbook's own.</summary>
    public bool Altered => File.EndsWith("/postgresql.auto.conf", StringComparison.Ordinal);
}

/// <summary>What the running server says of its configuration.</summary>
/// <param name="Settings">Those that some file sets, and those that were asked for.</param>
/// <param name="Hba">The text of its pg_hba.conf.</param>
/// <param name="HbaErrors">Lines of it that the server does not understand.</param>
public sealed record LiveServer(ImmutableArray<LiveSetting> Settings, string Hba, ImmutableArray<string> HbaErrors)
{
    /// <summary>The statement whose answer <see cref="Parse"/> reads.</summary>
    /// <param name="names">Settings to tell in any case; names of settings, which need no quoting.</param>
    public static string Question(IEnumerable<string> names) =>
        $"""
        select json_build_object(
          'settings', (select coalesce(json_agg(json_build_object('name', s.name, 'value', s.setting, 'unit', coalesce(unit, ''), 'type', vartype, 'file', coalesce(f.sourcefile, s.sourcefile, ''), 'waiting', coalesce(f.setting, case when pending_restart then boot_val end)) order by s.name), '[]')
            from pg_settings s left join lateral (select sourcefile, setting from pg_file_settings where pending_restart and lower(name) = s.name order by seqno desc limit 1) f on true where s.sourcefile is not null or pending_restart or s.name = any(string_to_array('{string.Join(',', names.Where(IsName))}', ','))),
          'hba', pg_read_file(current_setting('hba_file')),
          'errors', (select coalesce(json_agg('line ' || line_number || ': ' || error), '[]') from pg_hba_file_rules where error is not null and type is null))
        """.ReplaceLineEndings(" ");

    /// <summary>Reads the answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static LiveServer Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new LiveServer(
            [
                .. root.GetProperty("settings").EnumerateArray().Select(s => new LiveSetting(
                    s.GetProperty("name").GetString()!, s.GetProperty("value").GetString() ?? "", s.GetProperty("unit").GetString()!,
                    s.GetProperty("type").GetString()!, s.GetProperty("file").GetString()!, s.GetProperty("waiting").GetString())),
            ],
            root.GetProperty("hba").GetString() ?? "",
            [.. root.GetProperty("errors").EnumerateArray().Select(e => e.GetString()!)]);
    }

    private static bool IsName(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');
}
