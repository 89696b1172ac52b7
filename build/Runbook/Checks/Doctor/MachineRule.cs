using Runbook.Nomad;
using Runbook.Output;

namespace Runbook.Checks;

/// <summary>What the runbook needs on the machine it runs on. Pure.</summary>
public static class MachineRule
{
    /// <summary>The first version of Terraform and OpenTofu that the rendered root module is for.</summary>
    public static readonly Version OldestEngine = new(1, 5);

    // The first major version of Nomad that nobody has tried.
    private const int Untried = 3;
    private const long LeastFree = 100_000_000;
    private const long LittleFree = 1_000_000_000;
    private const string Place = "machine";

    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        var machine = look.Facts.Machine;
        yield return new Diagnosis(DoctorState.Ok, Place, ".NET", $"{machine.Runtime}");
        yield return Nomad(look);
        foreach (var (name, version) in machine.Engines)
            yield return version >= OldestEngine
                ? new Diagnosis(DoctorState.Ok, Place, name, $"{version}")
                : new Diagnosis(DoctorState.Warn, Place, name, $"{version}") { Needed = $"{OldestEngine} or newer", Remedy = $"install a newer {name}" };
        yield return machine.HasGit
            ? new Diagnosis(DoctorState.Ok, Place, "git", "is installed")
            : new Diagnosis(DoctorState.Warn, Place, "git", "is not installed: records of runs do not say which commit they ran") { Remedy = "install git" };
        yield return new Diagnosis(
            machine.Free < LeastFree ? DoctorState.Fail : machine.Free < LittleFree ? DoctorState.Warn : DoctorState.Ok,
            Place, "room", $"{Words.Bytes(machine.Free)} free where this checkout is")
        {
            Needed = machine.Free < LittleFree ? $"{Words.Bytes(LittleFree)}" : "",
            Remedy = machine.Free < LittleFree ? "make room; .nuke/temp can be removed where no sandbox is in it" : "",
        };
    }

    private static Diagnosis Nomad(DoctorLook look) => look.Facts.Machine.Nomad switch
    {
        { IsThere: true, Value: { } version } when version.Major < Untried => new(DoctorState.Ok, Place, "nomad", $"{version}"),
        { IsThere: true, Value: { } version } => new(DoctorState.Warn, Place, "nomad", $"{version}, which is newer than what was tried")
        {
            Needed = $"{NomadClient.Oldest} to 2.x",
            Remedy = "try it on the sandbox: ./build.sh --profile local Deploy --nomad /path/to/nomad",
        },
        var answer => new(DoctorState.Fail, Place, "nomad", answer.Trouble) { Needed = $"{NomadClient.Oldest} to 2.x", Remedy = answer.Next },
    };
}
