# What depends on what among the pins of a target. Derivations cannot depend on each other in a
# circle, as Python's distributions may: where pins do, one dependency of the circle is left out, and
# whatever needs one of them from outside gets all of them.
let
  byName = pins: builtins.listToAttrs (map (pin: { inherit (pin) name; value = pin; }) pins);

  # What remains when pins whose dependencies are all gone are taken away, again and again: the pins
  # of circles, and those that need them.
  peel = edges:
    let
      names = builtins.attrNames edges;
      left = builtins.filter (name: builtins.any (to: edges ? ${to}) edges.${name}) names;
    in
    if builtins.length left == builtins.length names then edges
    else peel (builtins.intersectAttrs (builtins.listToAttrs (map (name: { inherit name; value = null; }) left)) edges);

  # Names reachable from one, by one step at least.
  reachable = edges: start:
    map (item: item.key) (builtins.genericClosure {
      startSet = map (key: { inherit key; }) (edges.${start} or [ ]);
      operator = { key }: map (to: { key = to; }) (edges.${key} or [ ]);
    });
in
{
  # By name, the names that each pin's derivation depends on.
  acyclic = pins:
    let
      known = byName pins;
      edges = builtins.mapAttrs
        (name: pin: builtins.filter (to: to != name && known ? ${to}) pin.dependencies)
        known;
      entangled = peel edges;
      reach = builtins.mapAttrs (name: _: reachable entangled name) entangled;
      circular = builtins.filter (name: builtins.elem name reach.${name}) (builtins.attrNames entangled);
      circleOf = name:
        builtins.filter (other: builtins.elem other reach.${name} && builtins.elem name reach.${other}) circular;
      isCircular = name: builtins.elem name circular;
      inCircle = a: b: isCircular a && isCircular b && builtins.elem b (circleOf a);
      # Inside a circle only what is later in the alphabet is depended on, which no circle can be of.
      cut = name: builtins.concatMap
        (to:
          if inCircle name to then (if name < to then [ to ] else [ ])
          else if isCircular to then circleOf to
          else [ to ]);
      unique = builtins.foldl' (found: x: if builtins.elem x found then found else found ++ [ x ]) [ ];
    in
    if entangled == { } then edges
    else builtins.mapAttrs (name: to: unique (cut name to)) edges;

  # Names of the pins that the user asked for, and of what goes around with them.
  roots = pins:
    map (pin: pin.name) (builtins.filter (pin: builtins.elem "input" (pin.requestedBy or [ ])) pins);
}
