# fetchPypiSdist and fetchPypiWheel: a file of the index by name and version, its address and hash
# looked up in the pinned index by the program.
{ pkgs, resolve }:
let
  locks = import ./lock.nix;
  source = import ./source.nix { inherit pkgs; };
  text = import ./text.nix;

  system = pkgs.stdenv.hostPlatform.system;

  # A Python and a platform that a wheel is for, by its tags (PEP 425); any will do where it is pure.
  targetOf = filename:
    let
      tags = builtins.match ".*-(cp|py)([0-9])([0-9]*)[^-]*-[^-]+-([^-]+)[.]whl" filename;
      part = builtins.elemAt tags;
      arch = builtins.match ".*_(x86_64|aarch64|arm64|i686|ppc64le|s390x|armv7l)" (part 3);
      cpu = if builtins.head arch == "arm64" then "aarch64" else builtins.head arch;
    in
    if tags == null then { }
    else
      (if part 0 == "cp" && part 2 != "" then { python = "${part 1}.${part 2}"; } else { })
      // (if arch == null then { }
      else { system = "${cpu}-${if text.hasPrefix "macosx" (part 3) then "darwin" else "linux"}"; });

  find = { provider, pname, version, fits, filename ? "" }:
    let
      file = resolve.lookup ({
        inherit provider pname version system;
        python = pkgs.python3.pythonVersion;
      } // targetOf filename);
      lock = locks.read (builtins.unsafeDiscardStringContext (builtins.readFile file));
      found = builtins.filter fits (builtins.attrValues lock.artifacts);
    in
    if found == [ ] then throw "mach-nix: the index has no such ${provider} of ${pname} ${version}"
    else source.fetch { artifact = builtins.head found; };
in
{
  fetchPypiSdist = pname: version:
    find {
      inherit pname version;
      provider = "sdist";
      fits = artifact: !(text.hasSuffix ".whl" artifact.name);
    };
  fetchPypiWheel = pname: version: filename:
    find {
      inherit pname version filename;
      provider = "wheel";
      fits = artifact: artifact.name == filename;
    };
}
