using Runbook.Settings;

namespace Runbook.Checks;

/// <summary>
/// Whether other people of the node can write what the cluster's tasks read. Nomad gives the folders of a task mode 0777; under
/// <c>raw_exec</c> the agent's data_dir, which keeps others out, has to let the owner of the data pass. Pure.
/// </summary>
public static class TaskFolderRule
{
    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        if (look.Settings.Nomad.Driver != TaskDriver.RawExec || look.Node?.Host is not { OpenFolder.Length: > 0 } host)
            yield break;
        var others = host.Logins.Where(l => l != look.Settings.Postgres.OsUser).ToList();
        yield return others.Count == 0
            ? new Diagnosis(DoctorState.Ok, "host", "task folders", $"every user of the node can write to {host.OpenFolder}, and no other user can log in")
            : new Diagnosis(DoctorState.Warn, "host", "task folders", $"{string.Join(", ", others)} can write to {host.OpenFolder}, whose scripts run as {look.Settings.Postgres.OsUser}")
            {
                Needed = "a data_dir that only root and the owner of the data may pass through",
                Remedy = $"chgrp {look.Settings.Postgres.OsUser} DATA_DIR && chmod 710 DATA_DIR, with the agent's data_dir; or set nomad.driver to exec",
            };
    }
}
