using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Shouldly;

namespace Tests.EndToEnd.S3;

/// <summary>
/// One endpoint of the server. All of them show the same buckets; one that is taken away is missed only by those who
/// use it.
/// </summary>
internal sealed class S3Gateway : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly S3Process _process;
    private bool _runs;

    private S3Gateway(S3Process process) => _process = process;

    public int Port { get; } = S3Process.FreePort();

    /// <summary>Address and port, as a configuration takes them.</summary>
    public string Endpoint => $"127.0.0.1:{Port}";

    public string CaFile => _process.CaFile;

    public string AccessKey => _process.AccessKey;

    public string SecretKey => _process.SecretKey;

    /// <summary>Every request that came here so far, with its status.</summary>
    public IReadOnlyList<string> Requests =>
        [.. File.ReadLines(Path.Combine(_process.Folder, $"gateway-{Port}.log")).Where(l => l.Contains(" HTTP/1.1\" ", StringComparison.Ordinal))];

    public static async Task<S3Gateway> StartAsync(S3Process process)
    {
        var gateway = new S3Gateway(process);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>The end of an outage: it answers again, at the same port.</summary>
    public async Task StartAsync()
    {
        await _process.SayAsync($"start {Port}");
        _runs = true;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _process.Authority.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"https://{Endpoint}/"), CancellationToken.None);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && watch.Elapsed < StartLimit)
            {
                // Not yet.
            }
            watch.Elapsed.ShouldBeLessThan(StartLimit, $"no gateway answers at port {Port}");
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>An outage: connections are refused at once.</summary>
    public async Task StopAsync()
    {
        if (!_runs)
            return;
        _runs = false;
        await _process.SayAsync($"signal {Port} KILL");
    }

    /// <summary>The worse outage: connections are taken, and nobody ever answers.</summary>
    public Task FreezeAsync() => _process.SayAsync($"signal {Port} STOP");

    public Task ThawAsync() => _process.SayAsync($"signal {Port} CONT");

    /// <summary>A bucket that is there; one of its own when no name is given.</summary>
    public async Task<S3Bucket> CreateBucketAsync(string? name = null)
    {
        var bucket = new S3Bucket(this, name ?? $"tests-{Guid.NewGuid().ToString("N")[..10]}");
        await bucket.CreateAsync();
        return bucket;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
