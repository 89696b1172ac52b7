using Runbook.Output;
using Runbook.Run;

namespace Runbook.Checks;

/// <summary>Says what a cluster needs and whether it is there: on this machine, in Nomad, on the node. Only looks.</summary>
public static class Doctor
{
    /// <summary>Looks, prints, and ends with the state of the worst.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="typed">What the commands are typed with.</param>
    /// <param name="folder">Where the runbook writes.</param>
    /// <param name="inUse">Namespace that the environment asks for; empty for none.</param>
    /// <param name="remote">Asks Nomad; without, only this machine is looked at.</param>
    /// <param name="format">Text or JSON.</param>
    /// <param name="print">Prints.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="VerdictException">There are errors (1) or warnings (5).</exception>
    public static async Task RunAsync(
        Session session, CommandOptions typed, string folder, string inUse, bool remote, OutputFormat format, Action<string> print, CancellationToken ct)
    {
        var reader = new DoctorReader(session.Settings, session.Nomad, session.Reader, session.Gate, session.Time);
        var look = new DoctorLook(session.Settings, await reader.ReadAsync(folder, inUse, remote, ct));
        var diagnoses = DoctorCheck.Of(look);
        print(DoctorReport.Write(format, look, typed, diagnoses));
        var summary = DoctorReport.Summary(diagnoses);
        switch (DoctorCheck.Worst(diagnoses))
        {
            case DoctorState.Fail:
                throw new VerdictException(ExitCode.Failed, summary);
            case DoctorState.Warn:
                throw new VerdictException(ExitCode.Warning, summary);
            default:
                if (format == OutputFormat.Text)
                    print(summary);
                break;
        }
    }
}
