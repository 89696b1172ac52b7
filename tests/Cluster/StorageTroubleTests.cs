using Runbook.Cluster;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class StorageTroubleTests
{
    // As pgBackRest 2.45 said it of a Ceph gateway.
    private const string Forbidden = """
        [ProtocolError] HTTP request failed with 403 (Forbidden):
        *** Path/Query ***:
        GET /backups/?delimiter=%2F&list-type=2&prefix=pgbackrest%2Fbackup%2F
        *** Request Headers ***:
        authorization: <redacted>
        host: localhost
        *** Response Content ***:
        <?xml version="1.0" encoding="UTF-8"?><Error><Code>SignatureDoesNotMatch</Code><Message></Message></Error>
        """;

    [Theory]
    [InlineData(Forbidden, "[ProtocolError] HTTP request failed with 403 (Forbidden): the secret key is wrong")]
    [InlineData("[ProtocolError] HTTP request failed with 403 (Forbidden):\nx", "[ProtocolError] HTTP request failed with 403 (Forbidden): these keys may not do that there")]
    [InlineData("[ProtocolError] HTTP request failed with 404 (Not Found):\n<Code>NoSuchBucket</Code>", "[ProtocolError] HTTP request failed with 404 (Not Found): the bucket does not exist")]
    [InlineData("[CryptoError] unable to verify certificate presented by 'localhost:1': [20] unable to get local issuer certificate",
        "[CryptoError] unable to verify certificate presented by 'localhost:1': [20] unable to get local issuer certificate: its certificate is not signed by one that is trusted: set tls.caFile")]
    [InlineData("[HostConnectError] unable to connect to 'localhost:1': [111] Connection refused",
        "[HostConnectError] unable to connect to 'localhost:1': [111] Connection refused: no answer from there")]
    [InlineData("[FormatError] unable to load info file '/a' or '/b':\nFormatError: key/value found outside of section at line 1: \u0001\ufffd?",
        "[FormatError] unable to load info file '/a' or '/b': it is encrypted with another passphrase, or not encrypted: cipherPassphrase does not fit")]
    [InlineData("missing stanza path", "missing stanza path"), InlineData("[X] \u0007odd\n", "[X] odd"), InlineData("", "")]
    public void One_line_says_what_is_wrong(string said, string explained) => StorageTrouble.Explain(said).ShouldBe(explained);
}
