# Double of nixpkgs' stdenv setup: inputs with their setup hooks, then phases.
set -eu -o pipefail
export PATH=@path@
export HOME=${HOME:-/homeless-shelter}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800}
: "${outputs:=out}" "${buildInputs:=}" "${nativeBuildInputs:=}" "${propagatedBuildInputs:=}" "${propagatedNativeBuildInputs:=}"
prefix=${out:-}

declare -a envBuildHostHooks=() allInputs=()
declare -a preFixupHooks=() postFixupHooks=() fixupOutputHooks=() preBuildHooks=() preInstallHooks=() postInstallHooks=()
declare -A visitedInputs=()
hostOffset=0 targetOffset=1

addEnvHooks() { shift; envBuildHostHooks+=("$@"); }

addToSearchPathWithCustomDelimiter() {
  local delimiter="$1" varName="$2" dir="$3"
  if [ -d "$dir" ]; then export "${varName}=${!varName-}${!varName:+$delimiter}${dir}"; fi
}
addToSearchPath() { addToSearchPathWithCustomDelimiter ":" "$@"; }

findInputs() {
  local package="$1" file next
  if [ -n "${visitedInputs[$package]-}" ]; then return; fi
  visitedInputs[$package]=1
  allInputs+=("$package")
  for file in propagated-build-inputs propagated-native-build-inputs; do
    if [ -f "$package/nix-support/$file" ]; then
      for next in $(<"$package/nix-support/$file"); do findInputs "$next"; done
    fi
  done
}

activateInputs() {
  local package hook searched=""
  for package in $nativeBuildInputs $propagatedNativeBuildInputs $buildInputs $propagatedBuildInputs; do findInputs "$package"; done
  for package in ${allInputs[@]+"${allInputs[@]}"}; do
    if [ -d "$package/bin" ]; then searched="$searched${searched:+:}$package/bin"; fi
    if [ -f "$package/nix-support/setup-hook" ]; then source "$package/nix-support/setup-hook"; fi
    if [ -f "$package" ]; then source "$package"; fi
  done
  export PATH="$searched${searched:+:}$PATH"
  for hook in ${envBuildHostHooks[@]+"${envBuildHostHooks[@]}"}; do
    for package in ${allInputs[@]+"${allInputs[@]}"}; do "$hook" "$package"; done
  done
}

stripHash() {
  local name
  name=$(basename "$1")
  if [[ $name =~ ^[a-z0-9]{32}- ]]; then name=${name:33}; fi
  echo "$name"
}

substituteInPlace() {
  local file="$1"; shift
  while [ $# -gt 0 ]; do
    case "$1" in
      --replace | --replace-fail | --replace-warn)
        FROM="$2" TO="$3" python3 -c 'import os,sys
p=sys.argv[1]; t=open(p).read(); open(p,"w").write(t.replace(os.environ["FROM"],os.environ["TO"]))' "$file"
        shift 3 ;;
      *) echo "substituteInPlace: unknown $1" >&2; return 1 ;;
    esac
  done
}

unpackPhase() {
  runHook preUnpack
  local archive
  if [ -z "${src-}" ]; then echo "variable \$src should point to the source" >&2; exit 1; fi
  if [ -d "$src" ]; then
    cp -r "$src" "$(stripHash "$src")"
    chmod -R u+w "$(stripHash "$src")"
    sourceRoot=${sourceRoot:-$(stripHash "$src")}
  else
    archive=$(stripHash "$src")
    case "$archive" in
      *.zip) python3 -m zipfile -e "$src" . ;;
      *) tar xf "$src" --no-same-owner ;;
    esac
    sourceRoot=${sourceRoot:-$(find . -mindepth 1 -maxdepth 1 -type d ! -name nix-support | head -n 1)}
  fi
  chmod -R u+w "$sourceRoot"
  runHook postUnpack
}
patchPhase() {
  runHook prePatch
  local one
  for one in ${patches-}; do echo "applying patch $one"; patch -p1 < "$one"; done
  runHook postPatch
}
configurePhase() { runHook preConfigure; runHook postConfigure; }
buildPhase() { runHook preBuild; runHook postBuild; }
checkPhase() { runHook preCheck; runHook postCheck; }
installPhase() { runHook preInstall; runHook postInstall; }
installCheckPhase() { runHook preInstallCheck; runHook postInstallCheck; }

fixupPhase() {
  local one
  for one in ${preFixupHooks[@]+"${preFixupHooks[@]}"}; do "$one"; done
  runNamed preFixup
  mkdir -p "$out"
  local kept="$propagatedBuildInputs"
  if [ -n "${kept// /}" ]; then
    mkdir -p "$out/nix-support"
    echo "$kept" > "$out/nix-support/propagated-build-inputs"
  fi
  if [ -n "${setupHook-}" ]; then
    mkdir -p "$out/nix-support"
    cp "$setupHook" "$out/nix-support/setup-hook"
  fi
  for one in ${postFixupHooks[@]+"${postFixupHooks[@]}"}; do "$one"; done
  runNamed postFixup
}
runNamed() {
  if declare -F "$1" >/dev/null; then "$1"; elif [ -n "${!1-}" ]; then eval "${!1}"; fi
}
runHook() {
  local hook="$1" one
  local list="${hook}Hooks[@]"
  for one in ${!list+"${!list}"}; do "$one"; done
  runNamed "$hook"
}

genericBuild() {
  if [ -n "${buildCommand-}" ]; then eval "$buildCommand"; return; fi
  if [ -n "${buildCommandPath-}" ]; then source "$buildCommandPath"; return; fi
  local phase
  for phase in ${phases:-unpackPhase patchPhase configurePhase buildPhase checkPhase installPhase fixupPhase installCheckPhase}; do
    case "$phase" in
      unpackPhase) if [ -n "${dontUnpack-}" ]; then continue; fi ;;
      patchPhase) if [ -n "${dontPatch-}" ]; then continue; fi ;;
      configurePhase) if [ -n "${dontConfigure-}" ]; then continue; fi ;;
      buildPhase) if [ -n "${dontBuild-}" ]; then continue; fi ;;
      checkPhase) if [ -z "${doCheck-}" ]; then continue; fi ;;
      installPhase) if [ -n "${dontInstall-}" ]; then continue; fi ;;
      installCheckPhase) if [ -z "${doInstallCheck-}" ]; then continue; fi ;;
    esac
    if [ "$phase" = fixupPhase ] && [ -n "${dontFixup-}" ]; then continue; fi
    if [ -n "${!phase-}" ]; then eval "${!phase}"; else "$phase"; fi
    if [ "$phase" = unpackPhase ] && [ -n "${sourceRoot-}" ]; then cd "$sourceRoot"; fi
  done
}

activateInputs
set +u
