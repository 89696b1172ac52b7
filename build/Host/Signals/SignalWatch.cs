using System.Runtime.InteropServices;
using Host.Run;

namespace Host.Signals;

/// <summary>
/// Notes the first SIGINT or SIGTERM and lets the running target wind down: the build listens to the same signals and
/// cancels its own work. A second one of the same kind ends the process at once.
/// </summary>
internal sealed class SignalWatch : IStopRequest, IDisposable
{
    // timeout(1) signals its child and then the whole group: one request, delivered twice.
    private static readonly TimeSpan SameRequest = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<PosixSignal, long> _first = [];
    private readonly TimeProvider _time;
    private readonly ManualResetEventSlim _noted = new();
    private PosixSignalRegistration[] _registrations;

    public SignalWatch(TimeProvider time)
    {
        _time = time;
        _registrations = Register();
    }

    /// <inheritdoc/>
    public int? ExitCode { get; private set; }

    /// <inheritdoc/>
    public void GoFirst()
    {
        // The runtime calls the newest handler first. The old ones go last: there is never a moment without any.
        var old = _registrations;
        _registrations = Register();
        Array.ForEach(old, x => x.Dispose());
    }

    /// <inheritdoc/>
    public bool IsComing() => _noted.Wait(Grace);

    public void Dispose()
    {
        Array.ForEach(_registrations, x => x.Dispose());
        _noted.Dispose();
    }

    private PosixSignalRegistration[] Register() =>
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        var code = context.Signal == PosixSignal.SIGINT ? ExitCodes.Interrupted : ExitCodes.Terminated;
        if (IsRepeated(context.Signal, code))
            Environment.Exit(code);
    }

    private bool IsRepeated(PosixSignal signal, int code)
    {
        lock (_gate)
        {
            ExitCode ??= code;
            _noted.Set();
            return !_first.TryAdd(signal, _time.GetTimestamp()) && _time.GetElapsedTime(_first[signal]) >= SameRequest;
        }
    }
}
