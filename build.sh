#!/usr/bin/env bash
# Compiles the build if a source has changed, then becomes it: signals and exit codes are the build's own.
#   ./build.sh --help
# TARGET_HOST=Nuke runs the same targets on NUKE itself, where its packages can be had.
set -euo pipefail

# A closed standard stream would be given to the first file that is opened.
[ -e /dev/fd/0 ] || exec </dev/null
[ -e /dev/fd/1 ] || exec >/dev/null
[ -e /dev/fd/2 ] || exec 2>/dev/null

# A link to this file means the checkout that the file itself lies in.
self=${BASH_SOURCE[0]}
while [ -L "$self" ]; do
  link=$(readlink -- "$self")
  case $link in /*) self=$link ;; *) self=${self%/*}/$link ;; esac
done
case $self in */*) root=${self%/*} ;; *) root=. ;; esac
root=$(CDPATH='' cd -- "$root" && pwd -P)
# Where the current folder was deleted, no program can start.
pwd -P >/dev/null 2>&1 || cd -- "$root"

host=${TARGET_HOST:-BuiltIn}
case $host in
  BuiltIn) pivot=debug ;;
  Nuke) pivot=debug_nuke ;;
  *) echo "error: TARGET_HOST is '$host': it can be BuiltIn or Nuke." >&2; exit 2 ;;
esac
temp=$root/.nuke/temp
program=$temp/artifacts/bin/Build/$pivot/Build
stamp=$temp/build.$pivot.stamp

# The server of root's sandbox runs as postgres, who must reach its folders; what is secret in there has a mode of its own.
if [ "$EUID" = 0 ]; then
  umask 022
  # What an earlier run with a closed umask has left.
  for folder in "$temp" "$temp/sandbox"; do
    if [ -d "$folder" ] && ! [ -L "$folder" ]; then chmod go+x -- "$folder"; fi
  done
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=${DOTNET_CLI_TELEMETRY_OPTOUT:-1}
export NUKE_TELEMETRY_OPTOUT=${NUKE_TELEMETRY_OPTOUT:-1}
export DOTNET_NOLOGO=${DOTNET_NOLOGO:-1}
# What a debugger would attach to costs a tenth of each start, and stays in /tmp when a program becomes another one (nomad alloc exec).
export DOTNET_EnableDiagnostics=${DOTNET_EnableDiagnostics:-0}

# Folders count too: theirs is the only trace that a deleted or renamed file leaves. The time of change, unlike that of
# modification, is not carried along by cp -p, tar or rsync.
is_fresh() {
  [ -x "$program" ] && [ -f "$stamp" ] &&
    [ -z "$(find "$root/build" "$root/global.json" -cnewer "$stamp" -print -quit)" ]
}

# The places where an installation of .NET is found, best first.
dotnet_places() {
  if [ -n "${DOTNET_ROOT:-}" ]; then echo "$DOTNET_ROOT"; fi
  local found
  if found=$(command -v dotnet); then
    while [ -L "$found" ]; do
      link=$(readlink -- "$found")
      case $link in /*) found=$link ;; *) found=${found%/*}/$link ;; esac
    done
    echo "${found%/*}"
  fi
  printf '%s\n' "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet /opt/homebrew/opt/dotnet/libexec
}

# Sets `dotnet` to one that has the SDK which global.json asks for.
find_sdk() {
  local place
  while read -r place; do
    if [ -x "$place/dotnet" ] && (cd "$root" && "$place/dotnet" --version) >/dev/null 2>&1; then
      dotnet=$place/dotnet
      export DOTNET_ROOT=$place
      return
    fi
  done < <(dotnet_places)
  cat >&2 <<'END'
error: The .NET SDK 10 is needed and was not found on PATH, in DOTNET_ROOT, ~/.dotnet, /usr/share/dotnet or /usr/lib/dotnet.
Install it for this user:
    curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
or, where the package is to be had: apt-get install dotnet-sdk-10.0
Then run this command again.
END
  exit 2
}

# A private installation is not where a compiled program looks for its runtime.
find_runtime() {
  if [ -n "${DOTNET_ROOT:-}" ] || [ -x /usr/share/dotnet/dotnet ] || [ -x /usr/lib/dotnet/dotnet ]; then return; fi
  local place
  while read -r place; do
    if [ -x "$place/dotnet" ]; then export DOTNET_ROOT=$place; return; fi
  done < <(dotnet_places)
}

# MSBuild takes every variable of the environment for a property: VERSION, Platform, Configuration, OutputPath. CompilerEnvironment.cs
# keeps the same ones. It starts in the checkout: the SDK reads the global.json of the current folder and those above.
clean_dotnet() {
  local name kept=()
  while read -r name; do
    case $name in
      PATH | HOME | USER | LOGNAME | SHELL | TERM | TZ | LANG | TMPDIR | CI | LD_LIBRARY_PATH) kept+=("$name=${!name}") ;;
      LC_* | XDG_* | DOTNET_* | NUGET_* | NuGetPackageSourceCredentials_* | SSL_CERT_* | *_proxy | *_PROXY) kept+=("$name=${!name}") ;;
    esac
  done < <(compgen -e)
  (cd -- "$root" && exec env -i "${kept[@]}" "$dotnet" "$@")
}

compile() {
  local log=$temp/build.log
  if [ -t 2 ]; then echo "Compiling the build ..." >&2; fi
  # Taken before the compiler reads the first file: what is edited meanwhile is newer.
  touch "$stamp.next"
  # No server stays behind, which would also hold the lock. Analyzers are for those who change the code.
  if ! clean_dotnet build "$root/build/Build.csproj" -noAutoResponse -nologo -v quiet --tl:off -nodeReuse:false -p:UseSharedCompilation=false \
      -p:RunAnalyzers=false -p:TargetHost="$host" >"$log" 2>&1 </dev/null 9>&-; then
    cat "$log" >&2
    echo "error: The build does not compile." >&2
    exit 1
  fi
  mv -f "$stamp.next" "$stamp"
}

if ! is_fresh; then
  if ! mkdir -p "$temp" 2>/dev/null || ! [ -w "$temp" ]; then
    echo "error: The build must be compiled, but $temp is not writable. Make it writable, or use a checkout of your own." >&2
    exit 2
  fi
  find_sdk
  exec 9>"$temp/build.lock"
  # Whoever had to wait finds the work done.
  if command -v flock >/dev/null; then flock 9; fi
  if ! is_fresh; then compile; fi
  exec 9>&-
fi

find_runtime
# The checkout that this file lies in, wherever it was called from.
export NUKE_ROOT=$root
# Losing the terminal stops nothing: neither the build nor a command that it runs.
trap '' HUP
exec "$program" "$@"
