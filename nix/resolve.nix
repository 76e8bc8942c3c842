# The lock of a call: given, beside the requirements, or made by the resolver in a derivation.
{ pkgs, program ? null, index ? null, indexFiles ? null, condaChannelsExtra ? { } }:
let
  text = import ./text.nix;
  locks = import ./lock.nix;

  nameOf = requirements:
    if text.hasInfix "\ndependencies:" "\n${requirements}" && builtins.match ".*\n *- .*" "\n${requirements}" != null
    then "environment.yml"
    else if builtins.match ".*\n\\[(project|tool[.]poetry|dependency-groups)].*" "\n${requirements}" != null
    then "pyproject.toml"
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

  platformOf = system:
    let parts = builtins.match "([^-]+)-(linux|darwin)" system;
    in
    if parts == null then throw "mach-nix: no platform for ${system}"
    else if builtins.elemAt parts 1 == "linux" then "linux-${builtins.head parts}"
    else if builtins.head parts == "aarch64" then "macos-arm64"
    else "macos-${builtins.head parts}";

  missing = what: throw "mach-nix: without a lock, ${what}";
in
rec {
  inherit platformOf words;

  command = "node ${program}/bin/mach-nix";

  # A lock with one file of the index, of one provider, for fetchers.
  lookup = { provider, pname, version, system }:
    derivation {
      inherit system;
      requirements = "${pname}==${version}";
      python = pkgs.python3.pythonVersion;
      providers._default = provider;
    };

  # A lock file made from the text; the resolver runs with the tools of the platform that builds.
  derivation = { requirements, python, system, providers ? { }, cudaVersion ? null }:
    let
      tools = pkgs.buildPackages;
      name = nameOf requirements;
    in
    if program == null then missing "mach-nix needs its program: give `program`, the folder of the built bundle, when importing it"
    else if index == null then missing "mach-nix needs `index`, an index file, when importing it; or give `lock`"
    else
      tools.runCommand "mach-nix.lock"
        {
          inherit requirements;
          passAsFile = [ "requirements" ];
          nativeBuildInputs = [ tools.nodejs ];
          MACH_NIX_CUDA_VERSION = if cudaVersion == null then "" else cudaVersion;
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
          if [ -z "$MACH_NIX_CUDA_VERSION" ]; then unset MACH_NIX_CUDA_VERSION; fi
          ln -s ${index} pypi.index
          ${if indexFiles == null then "" else "ln -s ${indexFiles} pypi.index.files"}
          ${command} lock -r source/${name} --offline --index pypi.index \
            --python "$pythonVersion" --platform "$platform" "''${options[@]}" -o mach-nix.lock
          cp mach-nix.lock "$out"
          :
        '';

  # { lock, file }: the lock as lock.nix reads it, and the file to save where there is one.
  choose = { lock, requirements, python, system, providers, cudaVersion }:
    let
      beside = dirOf requirements + "/mach-nix.lock";
      isPath = builtins.isPath requirements;
      content = if isPath then builtins.readFile requirements else requirements;
      made = derivation { inherit python system providers cudaVersion; requirements = content; };
      file =
        if lock != null then lock
        else if isPath && builtins.pathExists beside then beside
        else made;
    in
    {
      inherit file;
      lock = if lock == null && file == made then locks.read (builtins.readFile made) else locks.read file;
    };
}
