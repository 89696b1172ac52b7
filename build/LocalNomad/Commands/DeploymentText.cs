using LocalNomad.Model;

namespace LocalNomad.Commands;

internal static class DeploymentText
{
    public static string Describe(Session session, Deployment deployment) => Columns.Pairs(
        ("ID", session.Short(deployment.ID)),
        ("Job ID", deployment.JobID),
        ("Job Version", $"{deployment.JobVersion}"),
        ("Status", deployment.Status),
        ("Description", deployment.StatusDescription)) + "\n\n" + Groups(deployment);

    public static string Groups(Deployment deployment) => "Deployed\n" + Columns.Table(
    [
        ["Task Group", "Desired", "Placed", "Healthy", "Unhealthy", "Progress Deadline"],
        .. deployment.TaskGroups.Select(pair => new[]
        {
            pair.Key, $"{pair.Value.DesiredTotal}", $"{pair.Value.PlacedAllocs}", $"{pair.Value.HealthyAllocs}",
            $"{pair.Value.UnhealthyAllocs}", Columns.Time((DateTime?)pair.Value.RequireProgressBy),
        }),
    ]);
}
