using NpgsqlTypes;

namespace Tests.EndToEnd;

/// <summary>A row that a client sent, with all that it knows about when it was committed.</summary>
/// <param name="Number">Grows by one with each row and is never used again.</param>
/// <param name="Timeline">The timeline of the server that it was sent to.</param>
/// <param name="Sent">When it was sent.</param>
/// <param name="From">A WAL position at or before the start of its commit.</param>
internal sealed record OracleRow(long Number, uint Timeline, DateTimeOffset Sent, NpgsqlLogSequenceNumber From)
{
    /// <summary>When the server's answer came; none for a row whose fate is unknown.</summary>
    public DateTimeOffset? Acknowledged { get; init; }

    public string Xid { get; init; } = "";

    /// <summary>The commit's own time, the one that recovery compares with; none when the server was gone before it could be asked.</summary>
    public DateTimeOffset? Committed { get; init; }

    /// <summary>A WAL position at or behind the end of its commit.</summary>
    public NpgsqlLogSequenceNumber? Until { get; init; }

    public override string ToString() =>
        $"row {Number} on timeline {Timeline}, sent {Sent:HH:mm:ss.ffffff}, {(Acknowledged is { } a ? $"acknowledged {a:HH:mm:ss.ffffff}" : "no answer")}, "
        + $"committed {(Committed is { } c ? $"{c:HH:mm:ss.ffffff}" : "unknown")}, xid {Xid}, WAL {From} to {Until}";
}

/// <summary>Where a restore was asked to end: the words for it, and what it means for each row.</summary>
/// <param name="Kind">What kind of point, in a word.</param>
/// <param name="Words">What is typed behind <c>Restore</c>.</param>
/// <param name="Holds">Whether a row is before the point; none when what is known of it does not tell.</param>
internal sealed record RecoveryPoint(string Kind, string[] Words, Func<OracleRow, bool?> Holds)
{
    /// <summary>All that was acknowledged.</summary>
    public static RecoveryPoint Latest { get; } = new("latest", ["--recovery-target", "latest"], _ => true);

    /// <summary>The end of a set: recovery is consistent, and ends, behind the record that ended the backup.</summary>
    public static RecoveryPoint EndOf(string label, NpgsqlLogSequenceNumber stop) =>
        new("immediate", ["--backup-set", label, "--recovery-target", "immediate"], Before(stop));

    /// <summary>The moment of a row's commit, to the microsecond.</summary>
    public static RecoveryPoint Time(OracleRow at, bool exclusive = false)
    {
        var time = at.Committed!.Value;
        return new("time", ["--target-time", $"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff}Z", .. Exclusive(exclusive)], row =>
            row.Committed is { } committed ? committed < time || (committed == time && !exclusive)
            : row.Sent > time ? false
            : row.Acknowledged < time ? true
            : null);
    }

    /// <summary>
    /// The position behind a row's commit. Inclusive or not, that row is there and the next is not: its commit is never the
    /// first record behind this position, as its insert comes before. The timeline is named: after a restore the same position is on
    /// two of them.
    /// </summary>
    public static RecoveryPoint Lsn(OracleRow at, bool exclusive = false) =>
        new("lsn", ["--target-lsn", $"{at.Until!.Value}", "--target-timeline", $"{at.Timeline}", .. Exclusive(exclusive)], Before(at.Until!.Value));

    /// <summary>A row's own transaction. One client commits one row after the other, so their numbers are the order of commits.</summary>
    public static RecoveryPoint Xid(OracleRow at, bool exclusive = false) =>
        new("xid", ["--target-xid", at.Xid, .. Exclusive(exclusive)], row => row.Number < at.Number || (row.Number == at.Number && !exclusive));

    /// <summary>A restore point made behind a row.</summary>
    public static RecoveryPoint Name(string name, OracleRow at) => new("name", ["--target-name", name], row => row.Number <= at.Number);

    /// <summary>With more words.</summary>
    public RecoveryPoint With(params string[] words) => this with { Words = [.. Words, .. words] };

    public override string ToString() => string.Join(' ', Words);

    private static Func<OracleRow, bool?> Before(NpgsqlLogSequenceNumber position) =>
        row => row.Until <= position ? true : row.From >= position ? false : null;

    private static string[] Exclusive(bool exclusive) => exclusive ? ["--target-exclusive"] : [];
}
