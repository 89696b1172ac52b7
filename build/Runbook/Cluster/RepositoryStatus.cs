namespace Runbook.Cluster;

/// <summary>How one repository does, in the words of <c>pgbackrest info</c>.</summary>
/// <param name="Number">1 for the first of the configuration.</param>
/// <param name="Code">0 is ok; 1 no such stanza, 2 no valid backup, 99 it cannot be read.</param>
/// <param name="Message">pgBackRest's words for the code.</param>
/// <param name="Cipher"><c>none</c>, or the name of the cipher.</param>
/// <param name="SystemIdentifier">Of the cluster that the stanza belongs to now; empty when there is none.</param>
/// <param name="PostgresVersion">Its major version.</param>
public sealed record RepositoryStatus(
    int Number, int Code, string Message, string Cipher, string SystemIdentifier, string PostgresVersion)
{
    internal const int MissingStanza = 1;
    private const int MissingData = 3;
    private const int Unreadable = 99;

    /// <summary>The stanza is not there yet.</summary>
    public bool IsMissing => Code is MissingStanza or MissingData;

    /// <summary>It could not be read.</summary>
    public bool IsUnreadable => Code == Unreadable;

    /// <summary>It answers, and what it holds makes no sense with this passphrase, or without one.</summary>
    public bool IsUndecipherable => IsUnreadable && Message.Contains(StorageTrouble.Passphrase, StringComparison.Ordinal);
}
