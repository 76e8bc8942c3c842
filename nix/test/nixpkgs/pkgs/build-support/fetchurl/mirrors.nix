# The lists of addresses behind mirror://, where nixpkgs has them.
{ inherit ((builtins.fromJSON (builtins.readFile ../../../host.json)).mirrors) pypi; }
