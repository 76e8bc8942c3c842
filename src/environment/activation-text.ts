import {
  type ActivationParts,
  type CondaActivation,
  cshParts,
  cshQuoted,
  fishParts,
  NO_PARTS,
  posixParts,
  powershellParts,
} from "./conda-activation.ts";

/**
 * What `source bin/activate` and its like do, for each shell: `bin` goes first on PATH, VIRTUAL_ENV and the
 * prompt are set, PYTHONHOME is taken away, and `deactivate` undoes all that. They find the environment
 * from their own path, so it can be moved; a shell that does not tell a script its path (plain sh and csh,
 * without /proc) takes the place where the environment was made. With conda packages, CONDA_PREFIX is set,
 * too, and what they ask for is done; csh then has what undoes it in a file of its own. What another of our
 * environments did is undone first.
 */
export function activationScripts(
  directory: string,
  conda?: CondaActivation,
): ReadonlyMap<string, string> {
  const of = (parts: (activation: CondaActivation) => ActivationParts): ActivationParts =>
    conda === undefined ? NO_PARTS : parts(conda);
  const ofCsh = of(cshParts);
  return new Map([
    ["activate", posix(directory, of(posixParts))],
    ["activate.fish", fish(of(fishParts))],
    ["activate.csh", csh(directory, ofCsh)],
    ["Activate.ps1", powershell(of(powershellParts))],
    ...(ofCsh.deactivate === "" ? [] : [["deactivate.csh", ofCsh.deactivate] as const]),
  ]);
}

/** Deactivation is done before anything else is activated: only what was activated is undone. */
function guarded(
  { deactivate }: ActivationParts,
  { condition, end }: { readonly condition: string; readonly end: string },
): string {
  return deactivate === "" ? "" : `    ${condition}\n${deactivate}    ${end}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function posix(directory: string, parts: ActivationParts): string {
  return `# Use: . bin/activate   (sh, dash, bash, zsh, ksh)
if [ -n "\${_MACH_NIX_PATH+set}" ] && command -v deactivate >/dev/null 2>&1; then
    deactivate nondestructive
fi
deactivate () {
${guarded(parts, { condition: 'if [ -n "${_MACH_NIX_PATH+set}" ]; then', end: "fi" })}    if [ -n "\${_MACH_NIX_PATH+set}" ]; then
        PATH="$_MACH_NIX_PATH"; export PATH; unset _MACH_NIX_PATH
    fi
    if [ -n "\${_MACH_NIX_PYTHONHOME+set}" ]; then
        PYTHONHOME="$_MACH_NIX_PYTHONHOME"; export PYTHONHOME; unset _MACH_NIX_PYTHONHOME
    fi
    if [ -n "\${_MACH_NIX_PS1+set}" ]; then
        PS1="$_MACH_NIX_PS1"; unset _MACH_NIX_PS1
    fi
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    hash -r 2>/dev/null || true
    if [ "\${1:-}" != nondestructive ]; then
        unset -f deactivate
    fi
}
deactivate nondestructive

_mach_nix_self=
if [ -n "\${BASH_SOURCE:-}" ]; then
    _mach_nix_self="$BASH_SOURCE"
elif [ -n "\${ZSH_VERSION:-}" ]; then
    eval '_mach_nix_self="\${(%):-%x}"'
elif [ -n "\${KSH_VERSION:-}" ]; then
    eval '_mach_nix_self="\${.sh.file}"' 2>/dev/null || _mach_nix_self=
fi
if [ -z "$_mach_nix_self" ] && [ -d "/proc/$$/fd" ]; then
    # A plain sh does not tell; but it has this file open.
    for _mach_nix_fd in "/proc/$$/fd"/*; do
        _mach_nix_link="$(readlink "$_mach_nix_fd" 2>/dev/null)" || continue
        case "$_mach_nix_link" in
            */.mach-nix/generations/*/bin/activate)
                _mach_nix_self="\${_mach_nix_link%/.mach-nix/generations/*}/bin/activate" ;;
        esac
    done
    unset _mach_nix_fd _mach_nix_link
fi
case "$_mach_nix_self" in
    "") VIRTUAL_ENV=${quoted(directory)} ;;
    */*) VIRTUAL_ENV="$(cd "\${_mach_nix_self%/*}" >/dev/null && cd .. >/dev/null && pwd)" ;;
    *) VIRTUAL_ENV="$(cd .. >/dev/null && pwd)" ;;
esac
unset _mach_nix_self
if [ ! -f "$VIRTUAL_ENV/pyvenv.cfg" ]; then
    echo "activate: no environment in $VIRTUAL_ENV; run mach-nix sync there" >&2
    unset VIRTUAL_ENV
    unset -f deactivate
    return 1
fi
export VIRTUAL_ENV
_MACH_NIX_PATH="$PATH"
PATH="$VIRTUAL_ENV/bin:$PATH"
export PATH
VIRTUAL_ENV_PROMPT="\${VIRTUAL_ENV##*/}"
export VIRTUAL_ENV_PROMPT
if [ -n "\${PYTHONHOME+set}" ]; then
    _MACH_NIX_PYTHONHOME="$PYTHONHOME"
    unset PYTHONHOME
fi
if [ -z "\${VIRTUAL_ENV_DISABLE_PROMPT:-}" ]; then
    _MACH_NIX_PS1="\${PS1:-}"
    PS1="($VIRTUAL_ENV_PROMPT) \${PS1:-}"
fi
${parts.activate}hash -r 2>/dev/null || true
`;
}

function fish(parts: ActivationParts): string {
  return `# Use: source bin/activate.fish
if set -q _MACH_NIX_PATH; and functions -q deactivate
    deactivate nondestructive
end
function deactivate -d "Leave the environment"
${guarded(parts, { condition: "if set -q _MACH_NIX_PATH", end: "end" })}    if set -q _MACH_NIX_PATH
        set -gx PATH $_MACH_NIX_PATH
        set -e _MACH_NIX_PATH
    end
    if set -q _MACH_NIX_PYTHONHOME
        set -gx PYTHONHOME $_MACH_NIX_PYTHONHOME
        set -e _MACH_NIX_PYTHONHOME
    end
    if functions -q _mach_nix_fish_prompt
        functions -e fish_prompt
        functions -c _mach_nix_fish_prompt fish_prompt
        functions -e _mach_nix_fish_prompt
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        functions -e deactivate
    end
end
deactivate nondestructive

set -gx VIRTUAL_ENV (cd (dirname (status -f)); and cd ..; and pwd)
set -gx VIRTUAL_ENV_PROMPT (basename "$VIRTUAL_ENV")
set -gx _MACH_NIX_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/bin" $PATH
if set -q PYTHONHOME
    set -gx _MACH_NIX_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end
if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _mach_nix_fish_prompt
    function fish_prompt
        printf '(%s) ' "$VIRTUAL_ENV_PROMPT"
        _mach_nix_fish_prompt
    end
end
${parts.activate}`;
}

function csh(directory: string, { activate }: ActivationParts): string {
  return `# Use: source bin/activate.csh
if ($?_MACH_NIX_PATH) then
    deactivate nondestructive
endif
alias deactivate 'test $?_MACH_NIX_PATH != 0 && test -e "$VIRTUAL_ENV:q/bin/deactivate.csh" && source "$VIRTUAL_ENV:q/bin/deactivate.csh"; test $?_MACH_NIX_PATH != 0 && setenv PATH "$_MACH_NIX_PATH:q" && unset _MACH_NIX_PATH; rehash; test $?_MACH_NIX_PROMPT != 0 && set prompt="$_MACH_NIX_PROMPT:q" && unset _MACH_NIX_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; test "\\!:*" != "nondestructive" && unalias deactivate'
deactivate nondestructive
setenv VIRTUAL_ENV ${cshQuoted(directory)}
# csh does not tell a file where it is; but it has this file open.
if (-d /proc/$$/fd) then
    set _mach_nix_self = "\`readlink /proc/$$/fd/* | sed -n 's,/.mach-nix/generations/[^/]*/bin/activate.csh,,p'\`"
    if ("$_mach_nix_self" != "") setenv VIRTUAL_ENV "$_mach_nix_self:q"
    unset _mach_nix_self
endif
setenv VIRTUAL_ENV_PROMPT "$VIRTUAL_ENV:t"
set _MACH_NIX_PATH = "$PATH:q"
setenv PATH "$VIRTUAL_ENV/bin:$PATH:q"
if ($?prompt && ! $?VIRTUAL_ENV_DISABLE_PROMPT) then
    set _MACH_NIX_PROMPT = "$prompt:q"
    set prompt = "($VIRTUAL_ENV_PROMPT) $prompt:q"
endif
${activate}rehash
`;
}

function powershell(parts: ActivationParts): string {
  return `# Use: bin/Activate.ps1
if ((Test-Path variable:global:_MACH_NIX_PATH) -and (Test-Path function:global:deactivate)) {
    deactivate -NonDestructive
}
function global:deactivate ([switch]$NonDestructive) {
${guarded(parts, { condition: "if (Test-Path variable:global:_MACH_NIX_PATH) {", end: "}" })}    if (Test-Path variable:global:_MACH_NIX_PATH) {
        $env:PATH = $global:_MACH_NIX_PATH
        Remove-Variable _MACH_NIX_PATH -Scope global
    }
    if (Test-Path variable:global:_MACH_NIX_PYTHONHOME) {
        $env:PYTHONHOME = $global:_MACH_NIX_PYTHONHOME
        Remove-Variable _MACH_NIX_PYTHONHOME -Scope global
    }
    if (Test-Path function:global:_mach_nix_prompt) {
        $function:global:prompt = $function:global:_mach_nix_prompt
        Remove-Item function:global:_mach_nix_prompt
    }
    Remove-Item env:VIRTUAL_ENV, env:VIRTUAL_ENV_PROMPT -ErrorAction SilentlyContinue
    if (-not $NonDestructive) { Remove-Item function:global:deactivate }
}
deactivate -NonDestructive

$env:VIRTUAL_ENV = Split-Path -Parent $PSScriptRoot
$env:VIRTUAL_ENV_PROMPT = Split-Path -Leaf $env:VIRTUAL_ENV
$global:_MACH_NIX_PATH = $env:PATH
$env:PATH = (Join-Path $env:VIRTUAL_ENV 'bin') + [IO.Path]::PathSeparator + $env:PATH
if (Test-Path env:PYTHONHOME) {
    $global:_MACH_NIX_PYTHONHOME = $env:PYTHONHOME
    Remove-Item env:PYTHONHOME
}
if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    $function:global:_mach_nix_prompt = $function:prompt
    function global:prompt { "($env:VIRTUAL_ENV_PROMPT) " + (_mach_nix_prompt) }
}
${parts.activate}`;
}
