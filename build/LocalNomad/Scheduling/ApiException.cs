namespace LocalNomad.Scheduling;

/// <summary>What Nomad's HTTP API would have answered.</summary>
internal class ApiException(int code, string text) : Exception($"Unexpected response code: {code} ({text})");

internal sealed class EnforceIndexException(string message) : ApiException(500, message)
{
    public string Reason { get; } = message;
}
