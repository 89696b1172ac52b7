using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Shouldly;

namespace Tests.EndToEnd;

/// <summary>
/// A client that commits numbered rows, one after the other, and keeps its own record of what was acknowledged. It survives
/// whatever happens to the server, and tells afterwards whether the rows that are there are those that must be.
/// </summary>
internal sealed class Oracle : IAsyncDisposable
{
    // Often enough to measure a downtime with, seldom enough to leave the machine to what is tested.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);

    private readonly string _connection;
    private readonly StreamWriter _file;
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(Wait.Token);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<long> _moments = [];
    private Dictionary<long, OracleRow> _line = [];
    private TaskCompletionSource? _held;
    private Task _writing = Task.CompletedTask;
    private long _number;

    private Oracle(string folder, string connection)
    {
        // As Status prints it: a libpq string, whose words are not all Npgsql's.
        var words = connection.Split(' ').Select(w => w.Split('=', 2)).ToDictionary(w => w[0], w => w[1]);
        _connection = new NpgsqlConnectionStringBuilder
        {
            Host = words["host"],
            Port = int.Parse(words["port"]),
            Username = words["user"],
            Database = words["dbname"],
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Pooling = false,
            Timeout = 5,
            CommandTimeout = 10,
        }.ConnectionString;
        _file = new StreamWriter(Path.Combine(folder, $"acknowledged-{Guid.NewGuid():N}")) { AutoFlush = true };
    }

    /// <summary>The timeline that it wrote to last.</summary>
    public uint Timeline { get; private set; }

    /// <summary>The last row that was acknowledged and asked about.</summary>
    public OracleRow Last { get; private set; } = null!;

    /// <summary>How many rows were acknowledged so far; a place to measure from.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_moments)
                return _moments.Count;
        }
    }

    /// <summary>Begins to write into a table of its own.</summary>
    public static Task<Oracle> StartAsync(Checkout checkout) => StartAsync(checkout.Path, checkout.Connection);

    /// <summary>The same on any server.</summary>
    /// <param name="folder">Where it keeps its record.</param>
    /// <param name="connection">A connection string of libpq.</param>
    public static async Task<Oracle> StartAsync(string folder, string connection)
    {
        var oracle = new Oracle(folder, connection);
        await using (var session = await oracle.OpenAsync(Wait.Token))
        await using (var create = new NpgsqlCommand("drop table if exists oracle; create table oracle (n bigint primary key)", session))
            await create.ExecuteNonQueryAsync(Wait.Token);
        oracle._writing = Task.Run(() => oracle.WriteAsync(oracle._end.Token), Wait.Token);
        await oracle.MoreAsync(1);
        return oracle;
    }

    /// <summary>Waits for more rows, and returns the last of them.</summary>
    public async Task<OracleRow> MoreAsync(int rows = 10)
    {
        var wanted = _number + rows;
        await Wait.Until($"{rows} more rows written", () => _writing.IsCompleted || Last?.Number >= wanted);
        if (_writing.IsCompleted)
            await _writing;
        return Last;
    }

    /// <summary>Makes a restore point, and returns the row before it.</summary>
    public async Task<OracleRow> MarkAsync(string name)
    {
        await _turn.WaitAsync(Wait.Token);
        try
        {
            await using var connection = await OpenAsync(Wait.Token);
            await using var command = new NpgsqlCommand("select pg_create_restore_point($1)", connection) { Parameters = { new() { Value = name } } };
            await command.ExecuteScalarAsync(Wait.Token);
            return Last;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes until the server goes, and then no more until <see cref="Go"/>: what comes up after a restore is counted as it is.</summary>
    public void Hold() => _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Writes again.</summary>
    public void Go()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    /// <summary>The longest time between two answers since a place.</summary>
    public TimeSpan LongestGap(int since)
    {
        lock (_moments)
            return _moments.Skip(Math.Max(0, since - 1)).Zip(_moments.Skip(Math.Max(1, since)), (a, b) => Stopwatch.GetElapsedTime(a, b)).Max();
    }

    /// <summary>
    /// Counts. All acknowledged rows before the point must be there and none behind it; a row without an answer may be either,
    /// where its own time and place allow it; what was written to a newer timeline must be there.
    /// </summary>
    /// <param name="point">What was asked for.</param>
    /// <param name="since">The timeline of the server from which the restore began.</param>
    /// <param name="line">The rows of the server that was restored, when that is not the one from which the restore began.</param>
    /// <returns>The rows of the server from which the restore began: what an Undo would bring back.</returns>
    public async Task<Line> CheckAsync(RecoveryPoint point, uint since, Line? line = null)
    {
        if (_writing.IsFaulted)
            await _writing;
        await _turn.WaitAsync(Wait.Token);
        try
        {
            var there = await ReadAsync();
            var replaced = new Line([.. _line.Values.Where(r => r.Timeline <= since)]);
            var newer = _line.Values.Where(r => r.Timeline > since).ToList();
            var wrong = Wrong(there, point, (line ?? replaced).Rows, newer).ToList();
            wrong.ShouldBeEmpty($"{wrong.Count} rows are wrong after {point}, of {there.Count} that are there; the first: {string.Join('\n', wrong.Take(5))}");
            // A row that was seen is as good as acknowledged: the next restore must not lose it.
            _line = (line ?? replaced).Rows.Concat(newer).Where(r => there.Contains(r.Number))
                .ToDictionary(r => r.Number, r => r.Acknowledged is null ? r with { Acknowledged = DateTimeOffset.UtcNow } : r);
            return replaced;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Nothing was restored: all that was acknowledged is there.</summary>
    public Task CheckAsync() => CheckAsync(RecoveryPoint.Latest, Timeline);

    /// <summary>Takes the rows that are there for the right ones, and tells how many of the acknowledged are not.</summary>
    public async Task<int> CountLostAsync()
    {
        await _turn.WaitAsync(Wait.Token);
        try
        {
            var there = await ReadAsync();
            var lost = _line.Values.Count(r => r.Acknowledged is not null && !there.Contains(r.Number));
            _line = _line.Values.Where(r => there.Contains(r.Number)).ToDictionary(r => r.Number);
            return lost;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _file.DisposeAsync();
        _end.Dispose();
        _turn.Dispose();
    }

    private static IEnumerable<string> Wrong(HashSet<long> there, RecoveryPoint point, IReadOnlyList<OracleRow> line, IReadOnlyList<OracleRow> newer)
    {
        var unknown = new HashSet<long>(there);
        foreach (var (row, must) in line.Select(r => (r, point.Holds(r))).Concat(newer.Select(r => (r, (bool?)true))))
        {
            unknown.Remove(row.Number);
            if (must == true && row.Acknowledged is not null && !there.Contains(row.Number))
                yield return $"missing: {row}";
            if (must == false && there.Contains(row.Number))
                yield return $"too many: {row}";
        }
        foreach (var number in unknown.Order())
            yield return $"of another line: row {number}";
    }

    private async Task<HashSet<long>> ReadAsync()
    {
        await using var connection = await OpenAsync(Wait.Token);
        // By the table and not by its index, which a bad restore could have left from another time.
        await using var command = new NpgsqlCommand("set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off; select n from oracle", connection);
        await using var reader = await command.ExecuteReaderAsync(Wait.Token);
        var there = new HashSet<long>();
        while (await reader.ReadAsync(Wait.Token))
            there.Add(reader.GetInt64(0)).ShouldBeTrue($"row {reader.GetInt64(0)} is there twice");
        return there;
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await OpenAsync(ct);
                // Refused as long as the server replays, so that no row is sent to one that cannot take it.
                var (timeline, position) = await WhereAsync(connection, ct);
                Timeline = timeline;
                while (true)
                {
                    await _turn.WaitAsync(ct);
                    try
                    {
                        position = await WriteRowAsync(connection, position, ct);
                    }
                    finally
                    {
                        _turn.Release();
                    }
                    await Task.Delay(Pace, ct);
                }
            }
            // The table is there or something is badly wrong.
            catch (NpgsqlException e) when (e is not PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
            {
                if (_held is { } held)
                    await held.Task.WaitAsync(ct);
                await Task.Delay(Pace, ct);
            }
        }
    }

    private async Task<NpgsqlLogSequenceNumber> WriteRowAsync(NpgsqlConnection connection, NpgsqlLogSequenceNumber position, CancellationToken ct)
    {
        // In the books before it is sent: from here to its answer nobody can know.
        var row = new OracleRow(++_number, Timeline, DateTimeOffset.UtcNow, position);
        _line[row.Number] = row;
        await using var insert = new NpgsqlCommand("insert into oracle values ($1) returning pg_current_xact_id()::xid::text", connection) { Parameters = { new() { Value = row.Number } } };
        row = row with { Xid = (string)(await insert.ExecuteScalarAsync(ct))!, Acknowledged = DateTimeOffset.UtcNow };
        lock (_moments)
            _moments.Add(Stopwatch.GetTimestamp());
        _line[row.Number] = row;
        await _file.WriteLineAsync(row.ToString());

        // A server that keeps no times of commits is asked for its clock, which is a little later.
        const string Ask = "select case when current_setting('track_commit_timestamp')::bool then pg_xact_commit_timestamp($1::text::xid) else clock_timestamp() end, pg_current_wal_insert_lsn()";
        await using var ask = new NpgsqlCommand(Ask, connection) { Parameters = { new() { Value = row.Xid } } };
        await using var reader = await ask.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        row = row with { Committed = new DateTimeOffset(reader.GetDateTime(0)), Until = await reader.GetFieldValueAsync<NpgsqlLogSequenceNumber>(1, ct) };
        _line[row.Number] = Last = row;
        return row.Until.Value;
    }

    // The name of the segment, and not pg_control, which says the old timeline for a while after a promotion.
    private static async Task<(uint Timeline, NpgsqlLogSequenceNumber Position)> WhereAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_walfile_name(pg_current_wal_insert_lsn()), pg_current_wal_insert_lsn()", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (Convert.ToUInt32(reader.GetString(0)[..8], 16), await reader.GetFieldValueAsync<NpgsqlLogSequenceNumber>(1, ct));
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(_connection);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

/// <summary>The rows that a server had, or may have had, when it was stopped.</summary>
internal sealed record Line(IReadOnlyList<OracleRow> Rows);
