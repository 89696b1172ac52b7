#!/usr/bin/env pwsh
# Compiles the build if a source has changed, then runs it.
#   ./build.ps1 --help
# TARGET_HOST=Nuke runs the same targets on NUKE itself, where its packages can be had.
#Requires -Version 7
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Exit-Wrong([string] $Message) {
    [Console]::Error.WriteLine("error: $Message")
    exit 2
}

$root = $PSScriptRoot
$targetHost = if ($env:TARGET_HOST) { $env:TARGET_HOST } else { 'BuiltIn' }
$pivot = switch -CaseSensitive ($targetHost) {
    'BuiltIn' { 'debug' }
    'Nuke' { 'debug_nuke' }
    default { Exit-Wrong "TARGET_HOST is '$targetHost': it can be BuiltIn or Nuke." }
}
$temp = Join-Path $root '.nuke' 'temp'
$program = Join-Path $temp 'artifacts' 'bin' 'Build' $pivot ($IsWindows ? 'Build.exe' : 'Build')
$stamp = Join-Path $temp "build.$pivot.stamp"

foreach ($name in 'DOTNET_CLI_TELEMETRY_OPTOUT', 'NUKE_TELEMETRY_OPTOUT', 'DOTNET_NOLOGO') {
    if (-not [Environment]::GetEnvironmentVariable($name)) { [Environment]::SetEnvironmentVariable($name, '1') }
}
# What a debugger would attach to costs a tenth of each start, and stays in /tmp when a program becomes another one (nomad alloc exec).
if (-not $env:DOTNET_EnableDiagnostics) { $env:DOTNET_EnableDiagnostics = '0' }

# Folders count too: theirs is the only trace that a deleted or renamed file leaves.
function Test-Fresh {
    if (-not (Test-Path $program) -or -not (Test-Path $stamp)) { return $false }
    $compiled = (Get-Item $stamp).LastWriteTimeUtc
    $sources = @(Get-Item (Join-Path $root 'build'), (Join-Path $root 'global.json')) +
        @(Get-ChildItem (Join-Path $root 'build') -Recurse)
    -not ($sources | Where-Object LastWriteTimeUtc -GT $compiled | Select-Object -First 1)
}

function Find-Sdk {
    $name = $IsWindows ? 'dotnet.exe' : 'dotnet'
    $onPath = Get-Command dotnet -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $places = @(
        $env:DOTNET_ROOT
        if ($onPath) { Split-Path $onPath.Source }
        Join-Path $HOME '.dotnet'
        '/usr/share/dotnet'
        '/usr/lib/dotnet'
    ) | Where-Object { $_ }
    # global.json, which names the version, is found from the working directory.
    Push-Location $root
    try {
        foreach ($place in $places) {
            $dotnet = Join-Path $place $name
            if ((Test-Path $dotnet) -and (& $dotnet --version 2>$null) -and $LASTEXITCODE -eq 0) { return $dotnet }
        }
    }
    finally { Pop-Location }
    Exit-Wrong 'The .NET SDK 10 is needed and was not found. Install it from https://dot.net/download and run this command again.'
}

# Only one compiles at a time, build.sh included; whoever had to wait finds the work done.
function Enter-Lock {
    $deadline = [DateTime]::UtcNow.AddMinutes(10)
    while ($true) {
        try { return [IO.File]::Open((Join-Path $temp 'build.lock'), 'OpenOrCreate', 'ReadWrite', 'None') }
        catch [IO.IOException] {
            if ([DateTime]::UtcNow -gt $deadline) { Exit-Wrong 'Another compilation has held .nuke/temp/build.lock for ten minutes.' }
            Start-Sleep -Milliseconds 200
        }
    }
}

# MSBuild takes every variable of the environment for a property: VERSION, Platform, Configuration, OutputPath. build.sh keeps the same
# ones; those of the second line are Windows' own. It starts in the checkout: the SDK reads the global.json of the current folder and those above.
$kept = '^(PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|LANG|TMPDIR|CI|LD_LIBRARY_PATH|(LC_|XDG_|DOTNET_|NUGET_|NuGetPackageSourceCredentials_|SSL_CERT_).*|.*_(proxy|PROXY))$'
$keptOnWindows = '^(SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|TEMP|TMP|USERPROFILE|USERNAME|APPDATA|LOCALAPPDATA|ALLUSERSPROFILE|ProgramData|ProgramFiles.*|CommonProgramFiles.*|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE)$'

function Invoke-Compiler([string] $dotnet) {
    $info = [Diagnostics.ProcessStartInfo]::new($dotnet)
    $info.WorkingDirectory = $root
    $info.RedirectStandardInput = $info.RedirectStandardOutput = $info.RedirectStandardError = $true
    # No server stays behind, which would also hold the lock. Analyzers are for those who change the code.
    foreach ($word in 'build', (Join-Path $root 'build' 'Build.csproj'), '-noAutoResponse', '-nologo', '-v', 'quiet', '--tl:off', '-nodeReuse:false',
        '-p:UseSharedCompilation=false', '-p:RunAnalyzers=false', "-p:TargetHost=$targetHost") { $info.ArgumentList.Add($word) }
    foreach ($name in @($info.Environment.Keys)) {
        if ($name -cnotmatch $kept -and -not ($IsWindows -and $name -match "$kept|$keptOnWindows")) {
            [void] $info.Environment.Remove($name)
        }
    }
    $compiler = [Diagnostics.Process]::Start($info)
    $compiler.StandardInput.Close()
    $errors = $compiler.StandardError.ReadToEndAsync()
    $output = $compiler.StandardOutput.ReadToEnd()
    $compiler.WaitForExit()
    if ($compiler.ExitCode -ne 0) {
        [Console]::Error.Write($output + $errors.Result)
        [Console]::Error.WriteLine('error: The build does not compile.')
        exit 1
    }
}

# Where the current folder was deleted, no program can start.
if (-not (Test-Path -LiteralPath $PWD.Path)) { Set-Location -LiteralPath $root }

if (-not (Test-Fresh)) {
    New-Item -ItemType Directory -Force $temp | Out-Null
    $dotnet = Find-Sdk
    $lock = Enter-Lock
    try {
        if (-not (Test-Fresh)) {
            # Taken before the compiler reads the first file: what is edited meanwhile is newer.
            $started = [DateTime]::UtcNow
            Invoke-Compiler $dotnet
            [IO.File]::WriteAllText($stamp, '')
            [IO.File]::SetLastWriteTimeUtc($stamp, $started)
        }
    }
    finally { $lock.Dispose() }
}

# A private installation is not where a compiled program looks for its runtime.
$private = Join-Path $HOME '.dotnet'
if (-not $env:DOTNET_ROOT -and (Test-Path $private) -and -not (Get-Command dotnet -ErrorAction Ignore)) { $env:DOTNET_ROOT = $private }

# The checkout that this file lies in, wherever it was called from.
$env:NUKE_ROOT = $root
# Not by `&`, which takes the words of a call for patterns of file names: https://github.com/PowerShell/PowerShell/issues/24178
$info = [Diagnostics.ProcessStartInfo]::new($program)
if (-not $IsWindows) {
    # Losing the terminal stops nothing: neither the build nor a command that it runs.
    $start = 'trap "" HUP; exec "$@"'
    if ([Environment]::UserName -eq 'root') {
        # The server of root's sandbox runs as postgres, who must reach its folders; what is secret in there has a mode of its own. What this
        # run or an earlier one with a closed umask has left is opened, and PowerShell cannot set its own umask.
        $start = "umask 022; $start"
        $passable = [IO.UnixFileMode] 'GroupExecute, OtherExecute'
        foreach ($folder in (Join-Path $root '.nuke'), $temp, (Join-Path $temp 'sandbox')) {
            if ((Test-Path $folder) -and -not (Get-Item -Force $folder).LinkType) {
                [IO.File]::SetUnixFileMode($folder, [IO.File]::GetUnixFileMode($folder) -bor $passable)
            }
        }
    }
    $info.FileName = '/bin/sh'
    foreach ($word in '-c', $start, 'sh', $program) { $info.ArgumentList.Add($word) }
}
foreach ($word in $args) { $info.ArgumentList.Add($word) }
$info.WorkingDirectory = $PWD.ProviderPath
$run = [Diagnostics.Process]::Start($info)
$run.WaitForExit()
exit $run.ExitCode
