using LocalNomad.Supervision;

namespace LocalNomad.Commands;

/// <summary>Prints what a task wrote, over all its restarts; with <c>-f</c> also what it goes on to write.</summary>
internal static class LogsCommand
{
    private const int DefaultTailLines = 10;
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(Session session)
    {
        var line = session.Line;
        var allocation = Lookup.Allocation(session, line.Arguments[0]);
        var task = Lookup.Task(session, allocation, line.Text("task") ?? line.Arguments.ElementAtOrDefault(1));
        if (allocation.TaskStates?.GetValueOrDefault(task) is not { } state)
        {
            return session.State.AllocationJobs[allocation.ID].TaskGroups.SelectMany(group => group.Tasks).Any(known => known.Name == task)
                ? await session.FailAsync(NotStarted(task))
                : await session.FailAsync($"Error reading file: Unexpected response code: 400 (unknown task name \"{task}\")");
        }

        if (state.StartedAt is null)
            return await session.FailAsync(NotStarted(task));
        var prefix = session.Agent.Client.ContextOf(allocation.ID).Folders.Log(task, line.Has("stderr"));
        var (file, offset) = await PrintAsync(session, prefix);
        if (line.Has("f"))
            await FollowAsync(session, allocation.ID, prefix, file, offset);
        return 0;
    }

    private static string NotStarted(string task) =>
        $"Error reading file: Unexpected response code: 404 (task \"{task}\" not started yet. No logs available)";

    private static async Task<(int File, long Offset)> PrintAsync(Session session, string prefix)
    {
        var content = new MemoryStream();
        var (number, offset) = (0, 0L);
        foreach (var (file, path) in RotatingLog.Files(prefix))
        {
            var bytes = await ReadFromAsync(path, 0, session.Cancellation);
            await content.WriteAsync(bytes, session.Cancellation);
            (number, offset) = (file, bytes.Length);
        }

        await session.WriteAsync(Tail(session.Line, content.ToArray()));
        return (number, offset);
    }

    private static ReadOnlyMemory<byte> Tail(CommandLine line, byte[] content)
    {
        if (int.TryParse(line.Text("c"), out var bytes))
            return content.AsMemory(Math.Max(0, content.Length - bytes));
        if (!line.Has("tail") && line.Text("n") is null)
            return content;
        var lines = int.TryParse(line.Text("n"), out var number) ? number : DefaultTailLines;
        var start = content.Length;
        var end = content.AsSpan();
        if (end.Length > 0 && end[^1] == '\n')
            end = end[..^1];
        for (; lines > 0; lines--)
        {
            var newline = end.LastIndexOf((byte)'\n');
            start = newline + 1;
            if (newline < 0)
                break;
            end = end[..newline];
        }

        return content.AsMemory(start);
    }

    // Ends when the reader goes away, or the allocation is forgotten; not with the task: Nomad's does not either.
    private static async Task FollowAsync(Session session, string allocation, string prefix, int file, long offset)
    {
        while (true)
        {
            var ended = !session.State.Allocations.ContainsKey(allocation);
            foreach (var (number, path) in RotatingLog.Files(prefix).Where(one => one.Number >= file))
            {
                if (number > file)
                    (file, offset) = (number, 0);
                var bytes = await ReadFromAsync(path, offset, session.Cancellation);
                if (bytes.Length > 0)
                    await session.WriteAsync(bytes);
                offset += bytes.Length;
            }

            if (ended)
                return;
            await Task.Delay(FollowInterval, session.Cancellation);
        }
    }

    private static async Task<byte[]> ReadFromAsync(string path, long offset, CancellationToken cancellation)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length <= offset)
            return [];
        stream.Position = offset;
        var bytes = new byte[stream.Length - offset];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return bytes[..read];
    }
}
