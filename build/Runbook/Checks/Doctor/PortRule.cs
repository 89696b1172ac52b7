namespace Runbook.Checks;

/// <summary>Whether the port of the server is free, or ours. Pure.</summary>
public static class PortRule
{
    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        if (look.Node is not { } node)
            yield break;
        var port = look.Settings.Postgres.Port;
        yield return node switch
        {
            _ when look.Serves => new Diagnosis(DoctorState.Ok, "host", "port", $"{port} is this cluster's"),
            { PortBusy: true } => new Diagnosis(DoctorState.Fail, "host", "port", $"another program listens on {port}") { Remedy = $"ss -ltnp 'sport = :{port}' on {node.Node} shows who; end that, or set postgres.port" },
            _ => new Diagnosis(DoctorState.Ok, "host", "port", $"{port} is free"),
        };
    }
}
