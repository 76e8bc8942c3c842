# The part of nixpkgs' `lib` that is used, with the same meaning.
let
  fix =
    f:
    let
      x = f x;
    in
    x;

  extends =
    overlay: f: self:
    let
      super = f self;
    in
    super // overlay self super;

  composeExtensions =
    f: g: self: super:
    let
      first = f self super;
    in
    first // g self (super // first);

  functionArgs = f: f.__functionArgs or (builtins.functionArgs f);
  isFunction = f: builtins.isFunction f || (f ? __functor && isFunction (f.__functor f));
  toFunction = v: if isFunction v then v else _: v;

  makeOverridable =
    f: given:
    let
      result = f given;
      overrideWith = new: given // (if isFunction new then new given else new);
      override = new: makeOverridable f (overrideWith new);
    in
    if builtins.isAttrs result then
      result
      // {
        inherit override;
      }
      // (
        if result ? overrideAttrs then
          { overrideAttrs = change: makeOverridable (args: (f args).overrideAttrs change) given; }
        else
          { }
      )
    else
      result;

  callPackageWith =
    scope: package: given:
    let
      f = if isFunction package then package else import package;
      found = builtins.intersectAttrs (functionArgs f) scope;
    in
    makeOverridable f (found // given);
in
{
  inherit
    fix
    extends
    composeExtensions
    makeOverridable
    callPackageWith
    isFunction
    functionArgs
    toFunction
    ;
  inherit (builtins)
    foldl'
    elem
    head
    tail
    length
    filter
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    listToAttrs
    removeAttrs
    isAttrs
    isList
    isString
    mapAttrs
    genList
    replaceStrings
    stringLength
    substring
    compareVersions
    splitVersion
    ;

  composeManyExtensions = builtins.foldl' composeExtensions (_: _: { });
  optional = condition: value: if condition then [ value ] else [ ];
  optionals = condition: values: if condition then values else [ ];
  optionalString = condition: text: if condition then text else "";
  optionalAttrs = condition: attrs: if condition then attrs else { };
  hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      from = builtins.stringLength text - builtins.stringLength suffix;
    in
    from >= 0 && builtins.substring from (-1) text == suffix;
  unique = builtins.foldl' (found: x: if builtins.elem x found then found else found ++ [ x ]) [ ];
  flatten = x: if builtins.isList x then builtins.concatMap (y: (import ./lib.nix).flatten y) x else [ x ];
  toList = x: if builtins.isList x then x else [ x ];
  escapeShellArg = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
  escapeShellArgs = texts: builtins.concatStringsSep " " (map (import ./lib.nix).escapeShellArg texts);
  makeBinPath = packages: builtins.concatStringsSep ":" (map (p: "${p}/bin") packages);
  makeLibraryPath = packages: builtins.concatStringsSep ":" (map (p: "${p}/lib") packages);
  getName = drv: drv.pname or (builtins.parseDrvName drv.name).name;
  versionOlder = a: b: builtins.compareVersions a b < 0;
  versionAtLeast = a: b: builtins.compareVersions a b >= 0;
  genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
  getAttrs = names: attrs: builtins.listToAttrs (map (name: { inherit name; value = attrs.${name}; }) names);
  concatMapStringsSep = separator: f: values: builtins.concatStringsSep separator (map f values);
  isDerivation = value: value.type or null == "derivation";
  recurseIntoAttrs = attrs: attrs // { recurseForDerivations = true; };
  extendDerivation =
    _: passthru: drv:
    drv // passthru // { passthru = drv.passthru or { } // passthru; };
  warn = message: value: builtins.trace "warning: ${message}" value;
  platforms.all = [
    "x86_64-linux"
    "aarch64-linux"
    "x86_64-darwin"
    "aarch64-darwin"
  ];
}
