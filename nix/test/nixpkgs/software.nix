# Programs of the host under nixpkgs' names, and the hook that patches ELF files.
self:
let
  inherit (self) host lib;

  # The host's programs, by links: for tests only, a link out of the store is no reference.
  fromHost =
    name: programs:
    self.runCommand name { passthru.version = "1"; } ''
      mkdir -p $out/bin
      for program in ${lib.escapeShellArgs programs}; do
        found=$(PATH=${host.path} command -v "$program" || true)
        if [ -n "$found" ]; then ln -s "$found" "$out/bin/$program"; fi
      done
    '';
in
{
  bash = fromHost "bash" [
    "bash"
    "sh"
  ];
  bashInteractive = self.bash;
  coreutils = fromHost "coreutils" [
    "cat"
    "cp"
    "ls"
    "mkdir"
    "rm"
    "true"
  ];
  busybox = self.coreutils;
  patchelf = fromHost "patchelf" [ "patchelf" ];
  unzip = fromHost "unzip" [ "unzip" ];
  zstd = fromHost "zstd" [ "zstd" ];

  cargo = self.runCommand "cargo" { } "mkdir -p $out/bin; ln -s ${host.rust}/cargo $out/bin/cargo; :";
  rustc = self.runCommand "rustc" { } "mkdir -p $out/bin; ln -s ${host.rust}/rustc $out/bin/rustc; :";

  nodejs =
    self.runCommand "nodejs-${host.node.version}" { passthru.version = host.node.version; }
      ''
        mkdir -p $out/bin
        printf '#!${host.bash}\nexec ${host.node.executable} "$@"\n' > $out/bin/node
        printf '#!${host.bash}\nexec ${host.node.executable} ${host.npm} "$@"\n' > $out/bin/npm
        chmod +x $out/bin/*
      '';
  nodejs_24 = self.nodejs;

  # Where the host keeps its shared libraries: what manylinux wheels may use.
  hostLibraries = self.runCommand "host-libraries" { } ''
    mkdir -p $out/lib
    for file in ${lib.concatStringsSep " " host.libraries}; do ln -s $file $out/lib/; done
  '';
  pythonManylinuxPackages =
    let
      libraries = [ self.hostLibraries ];
    in
    {
      manylinux1 = libraries;
      manylinux2010 = libraries;
      manylinux2014 = libraries;
    };

  autoPatchelfHook =
    self.makeSetupHook
      {
        name = "auto-patchelf-hook";
        substitutions = {
          python = host.python;
          script = "${./auto-patchelf.py}";
        };
      }
      ./auto-patchelf.sh;

  cudatoolkit.version = "11.8.0";
  rPackages = { };
}
