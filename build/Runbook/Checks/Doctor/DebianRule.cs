using Runbook.Cluster;

namespace Runbook.Checks;

/// <summary>Whether what Debian's package brings along gets in the way: a cluster of its own, and the unit that starts it. Pure.</summary>
public static class DebianRule
{
    private const string Place = "host";

    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        if (look.Node?.Host is not { } host)
            yield break;
        var starts = host.Unit is "enabled" or "disabled";
        var worst = DoctorState.Ok;
        foreach (var cluster in host.Clusters)
        {
            var diagnosis = Of(look, host, cluster);
            worst = worst > diagnosis.State ? worst : diagnosis.State;
            yield return diagnosis;
        }
        yield return new Diagnosis(starts && worst > DoctorState.Ok ? DoctorState.Warn : DoctorState.Ok, Place, "systemd unit", $"postgresql.service is {host.Unit}")
        {
            Needed = starts && worst > DoctorState.Ok ? "masked: Nomad starts the server" : "",
            Remedy = starts && worst > DoctorState.Ok ? "systemctl mask --now postgresql" : "",
        };
    }

    private static Diagnosis Of(DoctorLook look, HostFacts host, DebianCluster cluster)
    {
        var starts = host.Unit == "enabled" && cluster.Start == "auto";
        var words = cluster.Name.Replace('/', ' ');
        var here = cluster.Directory.TrimEnd('/') == HostView.Of(look.Settings, look.NomadNode).DataDirectory;
        if (here && (look.Node!.DataOurs == false || look.Node.Foreign is not null))
            return new Diagnosis(
                DoctorState.Fail, Place, "Debian cluster",
                $"{cluster.Name} has the data directory of this cluster, and the runbook did not make it{(cluster.Listens ? $"; it listens on port {cluster.Port}" : "")}: Deploy refuses it")
            {
                Remedy = $"pg_dropcluster --stop {words} if it is not needed; to keep it: pg_ctlcluster {words} stop, then ./build.sh Import --take-over",
            };
        if (here)
            return new Diagnosis(
                starts ? DoctorState.Fail : DoctorState.Ok, Place, "Debian cluster",
                $"{cluster.Name} has the data directory of this cluster{(starts ? ": both systemd and Nomad start a server on it" : ", and systemd does not start it")}")
            {
                Remedy = starts ? $"systemctl mask --now postgresql; echo disabled > /etc/postgresql/{cluster.Name}/start.conf" : "",
            };
        if (cluster.Port != look.Settings.Postgres.Port)
            return new Diagnosis(DoctorState.Ok, Place, "Debian cluster", $"{cluster.Name} on port {cluster.Port}{(cluster.Listens ? ", which listens" : "")}: not in the way");
        var busy = cluster.Listens && !look.Serves;
        return new Diagnosis(
            busy ? DoctorState.Fail : starts ? DoctorState.Warn : DoctorState.Ok, Place, "Debian cluster",
            $"{cluster.Name} is configured for port {cluster.Port}, as this cluster is{(busy ? ", and listens" : starts ? ", and starts with the host" : ", and does not start by itself")}")
        {
            Remedy = busy || starts ? $"pg_dropcluster --stop {words} if it is not needed, or use another port; systemctl mask --now postgresql" : "",
        };
    }
}
