using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>A job file that was understood, and what in it cannot be run on this single node.</summary>
internal sealed record JobFile(Job Job, IReadOnlyList<Refusal> Refusals);

/// <summary>A part of a job that a real Nomad may run and this stand-in does not.</summary>
internal sealed record Refusal(string Path, string Reason)
{
    public override string ToString() => $"{Path}: {Reason}";
}
