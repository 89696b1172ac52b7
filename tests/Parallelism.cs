using Xunit;

// The end-to-end tests wait more than they work: with one at a time for each of two cores, a third of both is idle.
[assembly: Parallelization(MaxThreads = 4)]
