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

if (-not (Test-Fresh)) {
    New-Item -ItemType Directory -Force $temp | Out-Null
    $dotnet = Find-Sdk
    $lock = Enter-Lock
    try {
        if (-not (Test-Fresh)) {
            # Taken before the compiler reads the first file: what is edited meanwhile is newer.
            $started = [DateTime]::UtcNow
            $output = & $dotnet build (Join-Path $root 'build' 'Build.csproj') -nologo -v quiet --tl:off -nodeReuse:false `
                -p:UseSharedCompilation=false -p:RunAnalyzers=false "-p:TargetHost=$targetHost" 2>&1
            if ($LASTEXITCODE -ne 0) {
                $output | ForEach-Object { [Console]::Error.WriteLine($_) }
                [Console]::Error.WriteLine('error: The build does not compile.')
                exit 1
            }
            Set-Content -NoNewline $stamp ''
            (Get-Item $stamp).LastWriteTimeUtc = $started
        }
    }
    finally { $lock.Dispose() }
}

# A private installation is not where a compiled program looks for its runtime.
$private = Join-Path $HOME '.dotnet'
if (-not $env:DOTNET_ROOT -and (Test-Path $private) -and -not (Get-Command dotnet -ErrorAction Ignore)) { $env:DOTNET_ROOT = $private }

# The checkout that this file lies in, wherever it was called from.
$env:NUKE_ROOT = $root
& $program @args
exit $LASTEXITCODE
