using LocalNomad.Model;

namespace LocalNomad.Commands;

internal static class AllocationTables
{
    public static string List(Session session, IReadOnlyList<Allocation> allocations) => allocations.Count == 0
        ? "No allocations placed"
        : Columns.Table(
        [
            ["ID", "Node ID", "Task Group", "Version", "Desired", "Status", "Created", "Modified"],
            .. allocations.Select(one => new[]
            {
                session.Short(one.ID), session.Short(one.NodeID), one.TaskGroup, $"{one.JobVersion}", one.DesiredStatus, one.ClientStatus,
                Columns.Ago(one.CreateTime, session.Now), Columns.Ago(one.ModifyTime, session.Now),
            }),
        ]);
}
