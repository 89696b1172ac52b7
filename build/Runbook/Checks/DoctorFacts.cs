using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Nomad;

namespace Runbook.Checks;

/// <summary>What Doctor looks at: this machine, Nomad, the nodes, the host of the data. What could not be looked at says why.</summary>
public sealed record DoctorFacts
{
    /// <summary>This machine.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The servers of Nomad.</summary>
    public Answer<ImmutableArray<NomadServer>> Servers { get; init; } = Answer.NotAsked<ImmutableArray<NomadServer>>();

    /// <summary>Its nodes.</summary>
    public Answer<ImmutableArray<NomadNode>> Nodes { get; init; } = Answer.NotAsked<ImmutableArray<NomadNode>>();

    /// <summary>The namespace that is used, when it is not the default one; empty otherwise.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Why that namespace cannot be used; empty when it can, or was not asked for.</summary>
    public string NamespaceTrouble { get; init; } = "";

    /// <summary>The jobs of the cluster.</summary>
    public Answer<ClusterFacts> Cluster { get; init; } = Answer.NotAsked<ClusterFacts>();

    /// <summary>The cluster with what its node says.</summary>
    public Answer<ClusterFacts> Host { get; init; } = Answer.NotAsked<ClusterFacts>();

    /// <summary>When the node was asked, by the clock of this machine.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>When its answer had come.</summary>
    public DateTimeOffset AnsweredAt { get; init; }
}

/// <summary>What this machine has.</summary>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Nomad">Version of the nomad executable.</param>
/// <param name="Free">Bytes that are free where the runbook writes.</param>
public sealed record MachineFacts(Version Runtime, Answer<Version> Nomad, long Free)
{
    /// <summary>Versions of terraform and tofu, as far as they are installed.</summary>
    public ImmutableArray<(string Name, Version Version)> Engines { get; init; } = [];

    /// <summary>Whether git is installed.</summary>
    public bool HasGit { get; init; }
}
