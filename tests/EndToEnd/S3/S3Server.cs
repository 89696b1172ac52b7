using Sandbox;
using Xunit;

[assembly: AssemblyFixture(typeof(Tests.EndToEnd.S3.S3Server))]

namespace Tests.EndToEnd.S3;

/// <summary>
/// A real S3 server on loopback, with TLS by an authority of the tests' own: one for the whole run, started when the first
/// test asks for it, and gone with the run. A test that needs it takes it in its constructor.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    private readonly Lazy<Task<S3Process>> _process = new(S3Process.StartAsync);
    private readonly Lazy<Task<S3Gateway>> _gateway;

    public S3Server() => _gateway = new(async () => await S3Gateway.StartAsync(await _process.Value));

    /// <summary>Why there is none, and the command to type; null where there is one.</summary>
    internal static string? Unavailable => HostPackages.Missing(HostPackages.S3Server) is { Count: > 0 } missing
        ? $"{HostPackages.NotInstalled(missing)}; to have an S3 server: {HostPackages.InstallCommand(missing)}"
        : null;

    /// <summary>
    /// Skips the test where there is none. For a test whose cluster is made by a fixture: one that throws, even to skip, fails
    /// its tests.
    /// </summary>
    internal static void SkipWhereMissing()
    {
        if (Unavailable is { } reason)
            Assert.Skip(reason);
    }

    /// <summary>The endpoint that all tests share: it is never taken away. Skips the test where there is none.</summary>
    internal Task<S3Gateway> GatewayAsync()
    {
        SkipWhereMissing();
        return _gateway.Value;
    }

    /// <summary>An endpoint of the test's own, to be stopped and started. Skips the test where there is none.</summary>
    internal async Task<S3Gateway> StartGatewayAsync()
    {
        SkipWhereMissing();
        return await S3Gateway.StartAsync(await _process.Value);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.IsValueCreated)
            return;
        try
        {
            await (await _process.Value).DisposeAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            // It never came up, which the tests that wanted it have said.
        }
    }
}
