using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LocalNomad.Model;

namespace LocalNomad.State;

/// <summary>One thing put or, with nothing but its kind and key, taken away.</summary>
internal sealed record Change
{
    public required ChangeKind Kind { get; init; }
    public required string Key { get; init; }
    public Job? Job { get; init; }
    public Evaluation? Evaluation { get; init; }
    public Allocation? Allocation { get; init; }
    public Deployment? Deployment { get; init; }
    public DateTimeOffset? Launch { get; init; }
    public Variable? Variable { get; init; }

    public ClusterState Apply(ClusterState state) => Kind switch
    {
        ChangeKind.Job => state with { Jobs = Job is null ? state.Jobs.Remove(Key) : state.Jobs.SetItem(Key, Job) },
        ChangeKind.Version => Job is null
            ? state with { Versions = state.Versions.Remove(Key) }
            : state with { Versions = state.Versions.SetItem(Key, WithVersion(state.Versions.GetValueOrDefault(Key, []), Job)) },
        ChangeKind.Evaluation => state with
        {
            Evaluations = Evaluation is null ? state.Evaluations.Remove(Key) : state.Evaluations.SetItem(Key, Evaluation),
        },
        ChangeKind.Allocation => state with
        {
            Allocations = Allocation is null ? state.Allocations.Remove(Key) : state.Allocations.SetItem(Key, Allocation),
        },
        ChangeKind.AllocationJob => state with
        {
            AllocationJobs = Job is null ? state.AllocationJobs.Remove(Key) : state.AllocationJobs.SetItem(Key, Job),
        },
        ChangeKind.Deployment => state with
        {
            Deployments = Deployment is null ? state.Deployments.Remove(Key) : state.Deployments.SetItem(Key, Deployment),
        },
        ChangeKind.Launch => state with
        {
            Launches = Launch is null ? state.Launches.Remove(Key) : state.Launches.SetItem(Key, Launch.Value),
        },
        ChangeKind.Variable => state with
        {
            Variables = Variable is null ? state.Variables.Remove(Key) : state.Variables.SetItem(Key, Variable),
        },
        _ => throw new InvalidDataException($"Unknown kind of change: {Kind}."),
    };

    // A version that has proved stable stands where it stood before.
    private static ImmutableList<Job> WithVersion(ImmutableList<Job> versions, Job job) =>
        versions.FindIndex(version => version.Version == job.Version) is >= 0 and var place ? versions.SetItem(place, job) : [job, .. versions.Take(5)];
}

[JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
internal enum ChangeKind
{
    Job,
    Version,
    Evaluation,
    Allocation,
    AllocationJob,
    Deployment,
    Launch,
    Variable,
}

/// <summary>Changes that are made together or not at all.</summary>
internal sealed record ChangeSet(long Index, IReadOnlyList<Change> Changes);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChangeSet))]
internal sealed partial class ChangeJson : JsonSerializerContext;
