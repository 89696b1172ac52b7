using Runbook.Output;

namespace Runbook.Checks;

/// <summary>Whether there is room for the data, the spool and a restore beside them. Pure.</summary>
public static class HostRoomRule
{
    private const double Least = 5;
    private const double Little = 15;

    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        if (look.Node is not { Host: { } host } node)
            yield break;
        foreach (var room in host.Rooms.Where(r => r.Size > 0))
        {
            var percent = 100.0 * room.Free / room.Size;
            var what = room.Repository is { } number ? $"repository {number}" : "data and spool";
            var forCopy = room.Repository is null && node.DataBytes > room.Free;
            var state = percent < Least ? DoctorState.Fail : percent < Little || forCopy ? DoctorState.Warn : DoctorState.Ok;
            yield return new Diagnosis(
                state, "host", "room",
                FormattableString.Invariant($"{what}: {Words.Bytes(room.Free)} free of {Words.Bytes(room.Size)} ({percent:0} %, {room.Path})")
                + (forCopy ? $", less than the {Words.Bytes(node.DataBytes)} of the cluster: there is no space for a copy" : ""))
            {
                Needed = state == DoctorState.Ok ? "" : FormattableString.Invariant($"{Little} %{(room.Repository is null ? ", and as much as the cluster takes" : "")}"),
                Remedy = state == DoctorState.Ok ? "" : "make it larger; ./build.sh Status lists kept directories, ./build.sh Discard --id removes one",
            };
        }
    }
}
