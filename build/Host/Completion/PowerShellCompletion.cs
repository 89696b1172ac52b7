using System.Text;

namespace Host.Completion;

internal static class PowerShellCompletion
{
    public static string Render(CompletionWords words)
    {
        var values = new StringBuilder();
        foreach (var (option, allowed) in words.Values)
            values.Append($"    {ShellQuote.PowerShell(option)} = {List(allowed)}\n");
        return $$"""
            # Completion of build.ps1 for PowerShell. In $PROFILE: ./build.ps1 --completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName build.ps1, build.sh -ScriptBlock {
              param($word, $ast, $position)
              $values = @{
            {{values}}  }
              $before = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { "$_" })
              $option = if ($before.Count -gt 1) { $before[-1] } else { '' }
              $folder = Split-Path -Parent "$($ast.CommandElements[0])"
              if (-not $folder) { $folder = '.' }
              $words = if ($option -eq '--profile') {
                Get-ChildItem -Path (Join-Path $folder '.nuke') -Filter 'parameters.*.json' -ErrorAction Ignore |
                  ForEach-Object { $_.Name -replace '^parameters\.', '' -replace '\.json$', '' }
              } elseif ($values.ContainsKey($option)) { $values[$option] }
              elseif ($word.StartsWith('-')) { {{List(words.Options)}} }
              else { {{List(words.Targets)}} }
              $words | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }

            """;
    }

    private static string List(IEnumerable<string> words) => $"@({string.Join(", ", words.Select(ShellQuote.PowerShell))})";
}
