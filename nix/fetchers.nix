# fetchPypiSdist and fetchPypiWheel: a file of the index by name and version, its address and hash
# looked up in the pinned index by the program.
{ pkgs, resolve }:
let
  locks = import ./lock.nix;
  source = import ./source.nix { inherit pkgs; };
  text = import ./text.nix;

  system = pkgs.stdenv.hostPlatform.system;

  find = { provider, pname, version, fits }:
    let
      file = resolve.lookup { inherit provider pname version system; };
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
      inherit pname version;
      provider = "wheel";
      fits = artifact: artifact.name == filename;
    };
}
