using Runbook.Cluster;

namespace Runbook.Steps;

/// <summary>Hears what a run does, as it does it. What the operator sees is decided elsewhere.</summary>
public interface IRunListener
{
    /// <summary>A plan is about to be carried out, or was only asked for.</summary>
    void Planned(ProcedurePlan plan, bool dryRun);

    /// <summary>A step begins.</summary>
    void StepStarted(Step step, int number, int of);

    /// <summary>A step is done.</summary>
    void StepDone(Step step, TimeSpan elapsed);

    /// <summary>A copy goes on.</summary>
    void Copied(CopyProgress progress);

    /// <summary>A staged server replays WAL.</summary>
    void Replayed(ReplayProgress progress);

    /// <summary>Files are read to see whether they are whole.</summary>
    void Read(ReadProgress progress);

    /// <summary>Something the operator should read.</summary>
    void Note(string text);

    /// <summary>Something the operator should worry about.</summary>
    void Warn(string text);

    /// <summary>A version was seen of something that the run works with.</summary>
    void Seen(string what, string version)
    {
    }

    /// <summary>The cluster was taken over from a run that ended without giving it back.</summary>
    void TookOver(LockHolder from)
    {
    }
}
