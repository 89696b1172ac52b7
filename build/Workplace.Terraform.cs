using Runbook;
using Runbook.Nomad;
using Runbook.Render;

/// <summary>The way to Terraform.</summary>
public sealed partial class Workplace
{
    private TerraformCommands? Terraform(NomadCommands nomad)
    {
        if (!Settings.UsesTerraform)
            return null;
        if (UsesLocalNomad)
            throw new RunbookException(ExitCode.WrongUse, "the sandbox's own Nomad cannot be reached by Terraform (nomad.engine): it speaks to its own command only")
            {
                State = "nothing was changed",
                Next = "name a Nomad whose agent runs: --nomad /path/to/nomad, with NOMAD_ADDR",
            };
        // The provider takes the namespace of a jobspec, or else "default", whatever the environment says: two clusters would be meant.
        if (Settings.Nomad.Namespace.Length == 0 && Environment.GetEnvironmentVariable("NOMAD_NAMESPACE") is { Length: > 0 } space and not "default")
            throw new RunbookException(ExitCode.WrongUse, $"NOMAD_NAMESPACE is {space}, which Terraform's provider does not follow")
            {
                State = "nothing was changed",
                Next = $"set nomad.namespace to \"{space}\"",
            };
        return new TerraformCommands(tools.Terraform.Length > 0 ? tools.Terraform : "terraform", Path.Combine(root, "jobs", Profile, TerraformModule.Folder))
        {
            Environment = nomad.Environment,
        };
    }
}
