{
  description = "A double of nixpkgs for tests";

  outputs = _: { lib = import ./lib.nix; };
}
