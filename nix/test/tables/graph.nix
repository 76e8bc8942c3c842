_:
let
  graph = import ../../graph.nix;
  pin = name: dependencies: { inherit name dependencies; requestedBy = if name == "a" then [ "input" ] else [ ]; };
in
{
  exports = graph;
  cases = {
    acyclic = [
      { expr = graph.acyclic [ (pin "a" [ "b" "gone" ]) (pin "b" [ ]) ]; expected = { a = [ "b" ]; b = [ ]; }; }
      {
        expr = graph.acyclic [ (pin "a" [ "c" ]) (pin "b" [ "c" ]) (pin "c" [ "b" "d" ]) (pin "d" [ ]) ];
        expected = { a = [ "b" "c" ]; b = [ "c" ]; c = [ "d" ]; d = [ ]; };
      }
      { expr = graph.acyclic [ (pin "a" [ "a" ]) ]; expected = { a = [ ]; }; }
    ];
    roots = [{ expr = graph.roots [ (pin "a" [ ]) (pin "b" [ ]) ]; expected = [ "a" ]; }];
  };
}
