# nixpkgs' autoPatchelfHook: run paths for what is linked to, an error that names what is missing.
autoPatchelfLibs=() extraAutoPatchelfLibs=()
gatherLibraries() { autoPatchelfLibs+=("$1/lib"); }
addEnvHooks "$targetOffset" gatherLibraries
addAutoPatchelfSearchPath() {
  local one
  for one in "$@"; do
    case "$one" in --no-recurse | --) ;; *) extraAutoPatchelfLibs+=("$one") ;; esac
  done
}
autoPatchelfPostFixup() {
  if [ -n "${dontAutoPatchelf-}" ]; then return; fi
  @python@ @script@ "$out" --libs ${autoPatchelfLibs[@]+"${autoPatchelfLibs[@]}"} \
    --search ${extraAutoPatchelfLibs[@]+"${extraAutoPatchelfLibs[@]}"} --ignore ${autoPatchelfIgnoreMissingDeps-}
}
postFixupHooks+=(autoPatchelfPostFixup)
