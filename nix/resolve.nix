# The lock of a call: given, beside the requirements, or made by the resolver in a derivation.
{ pkgs
  # Of index.nix.
, index
, condaChannelsExtra ? { }
  # Whether a lock as of a date (seconds) is older than nixpkgs.
, isOutdated ? _: false
}:
let
  dates = import ./dates.nix;
  text = import ./text.nix;
  locks = import ./lock.nix;

  # What kind of file a text is.
  fileName = requirements:
    if text.hasInfix "\ndependencies:" "\n${requirements}" && builtins.match ".*\n *- .*" "\n${requirements}" != null
    then "environment.yml"
    else if builtins.match ".*\n\\[(project|tool[.]poetry|dependency-groups)].*" "\n${requirements}" != null
    then "pyproject.toml"
    # PEP 723.
    else if text.hasInfix "\n# /// script\n" "\n${requirements}" then "script.py"
    else "requirements.txt";

  # Providers as words of the command line: "wheel,sdist" and "numpy=wheel".
  words = providers:
    let
      list = value: if builtins.isList value then value else text.split "," value;
      word = name:
        let order = builtins.concatStringsSep "," (list providers.${name});
        in if name == "_default" then order else "${text.normalize name}=${order}";
    in
    map word (builtins.filter (name: list providers.${name} != [ ]) (builtins.attrNames providers));

  # mach-nix.toml for channels of the call's own, and for the newest CUDA that conda may count on. Text
  # in JSON's quotes is text in TOML's.
  settingsText = cudaVersion:
    let
      channel = name:
        "${builtins.toJSON name} = ${builtins.toJSON (map (file: "${file}") condaChannelsExtra.${name})}\n";
      channels = map channel (builtins.attrNames condaChannelsExtra);
      cuda = "[virtual-packages]\ncuda = ${builtins.toJSON cudaVersion}\n";
    in
    (if channels == [ ] then "" else "[channels]\n${builtins.concatStringsSep "" channels}")
    + (if cudaVersion == null then "" else cuda);

  platformOf = system:
    let parts = builtins.match "([^-]+)-(linux|darwin)" system;
    in
    if parts == null then throw "mach-nix: no platform for ${system}"
    else if builtins.elemAt parts 1 == "linux" then "linux-${builtins.head parts}"
    else if builtins.head parts == "aarch64" then "macos-arm64"
    else "macos-${builtins.head parts}";

in
rec {
  inherit fileName platformOf words;

  # The Python ("3.7") that an environment.yml pins; null for other texts, and where it leaves a choice.
  pythonOf = requirements:
    let
      pin = builtins.match " *- *[\"']?python *==? *([0-9]+[.][0-9]+)([.=* \"'].*)?";
      found = builtins.filter (one: one != null)
        (map pin (builtins.filter builtins.isString (builtins.split "\r?\n" requirements)));
    in
    if fileName requirements != "environment.yml" || found == [ ] then null
    else builtins.head (builtins.head found);

  # A lock with one file of the index, of one provider, for fetchers.
  lookup = { provider, pname, version, system, python }:
    derivation {
      inherit system python;
      requirements = "${pname}==${version}";
      providers._default = provider;
    };

  # A lock file made from the text; the resolver runs with the tools of the platform that builds.
  derivation = { requirements, python, system, providers ? { }, cudaVersion ? null, nixpkgsPackages ? null }:
    let
      tools = pkgs.buildPackages;
      name = fileName requirements;
      isCondaAlone = !index.isGiven && condaChannelsExtra != { };
    in
    tools.runCommand "mach-nix.lock"
      {
        inherit requirements;
        passAsFile = [ "requirements" ];
        nativeBuildInputs = [ (tools.nodejs_24 or tools.nodejs) ];
        settings = settingsText cudaVersion;
        pythonVersion = python;
        platform = platformOf system;
        providerWords = words providers;
      }
      ''
        export HOME=$PWD/home MACH_NIX_HOME=$PWD/home
        mkdir -p "$HOME" source
        cp "$requirementsPath" source/${name}
        options=()
        for word in $providerWords; do options+=(--providers "$word"); done
        printf '%s' "$settings" > mach-nix.toml
        ${if isCondaAlone then "" else index.link}
        ${index.command} lock -r source/${name} --offline ${if isCondaAlone then "--no-index" else "--index pypi.index"} \
          --python "$pythonVersion" --platform "$platform" "''${options[@]}" -o mach-nix.lock \
          ${if nixpkgsPackages == null then "" else "--nixpkgs-packages ${nixpkgsPackages}"}
        cp mach-nix.lock "$out"
        :
      '';

  # What `choose` gives for a call with a lock, or with one beside its requirements; null for others.
  given = { lock, requirements, ... }:
    let
      beside = dirOf requirements + "/mach-nix.lock";
      of = file: { inherit file; lock = locks.read file; };
    in
    if lock != null then of lock
    else if builtins.isPath requirements && builtins.pathExists beside then of beside
    else null;

  # { lock, file }: the lock as lock.nix reads it, and the file to save where there is one. A lock made
  # here is refused once it is looked at, where it is outdated.
  choose = { requirements, python, system, providers, cudaVersion, nixpkgsPackages ? null, ignoreDataOutdated ? false }:
    let
      content = if builtins.isPath requirements then builtins.readFile requirements else requirements;
      # Nothing asked for needs no resolver.
      empty = {
        version = 1;
        date = "1970-01-01T00:00:00Z";
        artifacts = { };
        targets = [{ name = "${python}-${platformOf system}"; platform = platformOf system; inherit python; pins = [ ]; }];
      };
      made = derivation { inherit python system providers cudaVersion nixpkgsPackages; requirements = content; };
      current = read:
        if !ignoreDataOutdated && isOutdated (dates.seconds read.data.date) then throw outdated else read;
    in
    if text.trim content == "" then {
      file = builtins.toFile "mach-nix.lock" (builtins.toJSON empty);
      lock = locks.read empty;
    }
    else {
      file = made;
      lock = current (locks.read (builtins.unsafeDiscardStringContext (builtins.readFile made))) // { isMade = true; };
    };

  outdated = "mach-nix: nixpkgs is newer than the index's data, so that packages of it may be missing there; take newer data, an older nixpkgs, or set `ignoreDataOutdated = true` (for all calls, `dataOutdated = false` when importing mach-nix)";
}
