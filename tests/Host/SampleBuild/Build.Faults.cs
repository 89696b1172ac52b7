using Nuke.Common;

internal sealed partial class Build
{
    private Target Fail => _ => _
        .Before(Backup)
        .Executes(() => throw new InvalidOperationException("the disk is full"));

    private Target Refuse => _ => _
        .Executes(() =>
        {
            ExitCode = 3;
            throw new InvalidOperationException("the set does not exist");
        });

    /// <summary>Did what it was asked to; the code says what it found.</summary>
    private Target Look => _ => _
        .Before(Backup)
        .Executes(() => ExitCode = 10);

    private Target FailSoftly => _ => _
        .Before(Backup)
        .ProceedAfterFailure()
        .Executes(() => throw new InvalidOperationException("never mind"));

    private Target CleanUp => _ => _
        .After(Wait, Fail, Backup)
        .AssuredAfterFailure()
        .Executes(() => Console.WriteLine("cleaned"));

    private Target FailWithResult => _ => _
        .Executes(async () =>
        {
            await Task.Yield();
            return Port > 0 ? throw new InvalidOperationException("too late") : 0;
        });

    private Target GiveUp => _ => _
        .Executes(() => throw new OperationCanceledException("nobody asked"));

    /// <summary>Works until it is told to stop, then winds down.</summary>
    private Target Wait => _ => _
        .Executes(async () =>
        {
            Console.WriteLine("waiting");
            try
            {
                await Task.Delay(System.Threading.Timeout.Infinite, _cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                Console.WriteLine("winding down");
                throw;
            }
        });

    /// <summary>Takes no notice of signals.</summary>
    private Target Deaf => _ => _
        .Executes(async () =>
        {
            using var registration = _cancellation.Token.Register(() => Console.WriteLine("heard"));
            Console.WriteLine("waiting");
            await Task.Delay(TimeSpan.FromMinutes(1));
        });

    private Target Leak => _ => _
        .Requires(() => SuperuserPassword)
        .Executes(() =>
        {
            Console.WriteLine($"out {SuperuserPassword}");
            Console.Error.WriteLine($"error {SuperuserPassword}");
            foreach (var letter in SuperuserPassword!)
                Console.Write(letter);
            Console.WriteLine();
            throw new InvalidOperationException($"cannot log in with {SuperuserPassword}");
        });
}
