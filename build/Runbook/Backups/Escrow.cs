using Runbook.Cluster;
using Runbook.Output;
using Runbook.Run;
using Runbook.Settings;

namespace Runbook.Backups;

/// <summary>Prints what must be kept outside of the cluster, and how it is restored by hand. Changes nothing, and fails for nothing that it can do without.</summary>
public static class Escrow
{
    /// <summary>Puts it together.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="profile">Of the configuration.</param>
    /// <param name="resolver">Fetches the passphrases, as far as they can be had here.</param>
    /// <param name="deployed">There may be a cluster to ask.</param>
    /// <param name="format">Of what is printed.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">There is no repository.</exception>
    public static async Task<string> PrintAsync(Session session, string profile, SecretResolver resolver, bool deployed, OutputFormat format, CancellationToken ct)
    {
        if (!session.Settings.HasBackups)
            throw RunbookException.Refused("no repository is configured: there is nothing to restore from", "set pgbackrest.repositories, then run Deploy");
        var (node, unknown) = deployed ? await AskAsync(session, ct) : (null, "it has not been deployed");
        var document = EscrowReport.Document(
            session.Settings, profile, node, unknown, resolver, session.Renderer.RenderByHand(session.Settings), session.Time.GetUtcNow());
        return format == OutputFormat.Json ? EscrowReport.Json(document) : EscrowReport.Text(document);
    }

    private static async Task<(NodeFacts? Node, string Unknown)> AskAsync(Session session, CancellationToken ct)
    {
        try
        {
            return ((await session.Reader.ReadAsync(ct)).Node, "nothing of it is in Nomad");
        }
        catch (RunbookException e)
        {
            // On the day on which it is needed there may be no Nomad.
            return (null, e.Message);
        }
    }
}
