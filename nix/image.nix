# mkDockerImage: an image whose command is the environment's Python.
{ pkgs }:
{
  # `override (old: { name = …; config.Cmd = …; })` of the result changes any argument.
  make = { environment, others ? [ ] }:
    pkgs.dockerTools.buildLayeredImage {
      name = "mach-nix-python";
      tag = "latest";
      contents =
        [ environment ]
        ++ others
        ++ [ (if pkgs.stdenv.hostPlatform.isDarwin then pkgs.coreutils else pkgs.busybox) ];
      config.Cmd = [ "${environment}/bin/python" ];
    };
}
