using LocalNomad.Posix;
using Microsoft.Win32.SafeHandles;

namespace LocalNomad.Supervision;

/// <summary>Carries what a task writes from a pipe into its log.</summary>
internal sealed class LogPump : IDisposable
{
    private readonly FileStream _reader;
    private readonly RotatingLog _log;
    private readonly Thread _thread;

    public LogPump(string prefix, int maxFiles, long maxBytes)
    {
        var (read, write) = Spawn.Pipe();
        Writer = write;
        _reader = new FileStream(read, FileAccess.Read, bufferSize: 0);
        _log = new RotatingLog(prefix, maxFiles, maxBytes);
        _thread = new Thread(Copy) { IsBackground = true, Name = Path.GetFileName(prefix) };
    }

    /// <summary>The end that the task writes to.</summary>
    public SafeFileHandle Writer { get; }

    public void Run()
    {
        // With our own copy of it open the pipe would never end.
        Writer.Dispose();
        _thread.Start();
    }

    /// <summary>Waits until all that was written is in the log. Everything that could write has ended by then.</summary>
    public void Drain() => _thread.Join();

    public void Dispose()
    {
        Writer.Dispose();
        _reader.Dispose();
        _log.Dispose();
    }

    private void Copy()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (_reader.Read(buffer) is > 0 and var count)
            {
                try
                {
                    _log.Append(buffer.AsSpan(0, count));
                }
                catch (IOException)
                {
                    // A full disk must not stop the task: it goes on without the log.
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Never started.
        }
    }
}
