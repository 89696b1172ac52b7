using LocalNomad.Hcl;
using LocalNomad.Jobspec;

namespace LocalNomad.Commands;

/// <summary>
/// Checks a job file without an agent. It judges the job as any Nomad would, not whether this node can run it.
/// </summary>
internal static class ValidateCommand
{
    public static int Run(CommandLine line)
    {
        var file = JobFileText.Read(line);
        try
        {
            var job = JobReader.Read(file.Name, file.Text).Job;
            if (JobValidator.Validate(job) is { Count: > 0 } problems)
            {
                Console.Error.WriteLine($"Job validation errors:\n{JobValidator.Format(problems)}");
                return 1;
            }
        }
        catch (HclException error)
        {
            Console.Error.WriteLine($"Error getting job struct: Error parsing job file from {file.Name}:\n{error.Message}");
            return 1;
        }

        Console.Out.WriteLine("Job validation successful");
        return 0;
    }
}
