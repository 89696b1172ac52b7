namespace Runbook.Checks;

/// <summary>Whether the host of the data could be asked at all. Pure.</summary>
public static class HostRule
{
    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        var host = look.Facts.Host;
        if (look.Node is { } node)
            yield return node.Host is { } said
                ? new Diagnosis(DoctorState.Ok, "host", "system", $"{node.Node}: {said.System}")
                : new Diagnosis(DoctorState.Unknown, "host", "system", $"{node.Node} was deployed by a version of this repository that cannot tell") { Remedy = "./build.sh Deploy" };
        else if (host.Trouble.Length > 0)
            yield return new Diagnosis(DoctorState.Fail, "host", "answer", host.Trouble) { Remedy = host.Next };
        else
            yield return new Diagnosis(
                DoctorState.Unknown, "host", "answer",
                "packages, Debian's own cluster, port, clock and room not checked: the cluster is not deployed")
            {
                Remedy = "./build.sh Deploy looks at some of it before it changes anything; then Doctor again",
            };
    }
}
