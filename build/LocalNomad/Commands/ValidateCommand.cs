using LocalNomad.Hcl;
using LocalNomad.Jobspec;

namespace LocalNomad.Commands;

/// <summary>
/// Checks a job file without an agent. It judges the job as any Nomad would, not whether this node can run it.
/// </summary>
internal static class ValidateCommand
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        var file = await JobFileText.ReadAsync(line);
        try
        {
            var job = JobReader.Read(file.Name, file.Text).Job;
            if (JobValidator.Validate(job) is { Count: > 0 } problems)
            {
                await Console.Error.WriteLineAsync($"Job validation errors:\n{JobValidator.Format(problems)}");
                return 1;
            }
        }
        catch (HclException error)
        {
            await Console.Error.WriteLineAsync($"Error getting job struct: Error parsing job file from {file.Name}:\n{error.Message}");
            return 1;
        }

        await Console.Out.WriteLineAsync("Job validation successful");
        return 0;
    }
}
