using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>What Terraform would take for something else, and what must not stand in a repository.</summary>
internal static partial class TerraformRules
{
    public static void Check(TerraformSettings terraform, Problems problems)
    {
        problems.AddIf(!Constraint().IsMatch(terraform.ProviderVersion), "terraform.providerVersion",
            $"found \"{terraform.ProviderVersion}\"; allowed: conditions such as \">= 2.1.0, < 3.0.0\" or \"~> 2.1\"");
        problems.AddIf(!Name().IsMatch(terraform.Backend.Type), "terraform.backend.type",
            $"found \"{terraform.Backend.Type}\"; allowed: the name of a backend, in lower-case letters");
        foreach (var (key, value) in terraform.Backend.Settings)
        {
            var path = $"terraform.backend.settings.{key}";
            problems.AddIf(!Name().IsMatch(key), path, "is not the name of a setting; allowed: lower-case letters, digits and \"_\"");
            // Whatever it holds is not repeated: it may be the secret.
            problems.AddIf(Secret().IsMatch(key) || Reference().IsMatch(value), path,
                "contains a credential, which would be written to jobs/; remove it: Terraform reads it from the environment (AWS_SECRET_ACCESS_KEY ...), "
                + "or from a file that TF_CLI_ARGS_init=\"-backend-config=FILE\" names");
            problems.AddIf(value is "on" or "off", path, "is true or false; write it as a text: \"true\" or \"false\"");
        }
    }

    [GeneratedRegex(@"^ *(=|!=|>=?|<=?|~>)? *[0-9]+(\.[0-9]+){0,2}( *, *(=|!=|>=?|<=?|~>)? *[0-9]+(\.[0-9]+){0,2})* *\z")]
    private static partial Regex Constraint();

    [GeneratedRegex("^[a-z][a-z0-9_]*\\z")]
    private static partial Regex Name();

    [GeneratedRegex("secret|password|passphrase|token|access_key|credential|private_key|encryption_key|conn_str|sas|^key_material$")]
    private static partial Regex Secret();

    [GeneratedRegex(@"^(env|secret):|://[^/@]*:[^/@]*@")]
    private static partial Regex Reference();
}
