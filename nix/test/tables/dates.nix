{ ... }:
let dates = import ../../dates.nix; in
{
  exports = dates;
  cases.seconds = [
    {
      expr = map dates.seconds [ "1970-01-01T00:00:00Z" "2000-02-29T23:59:59Z" "2023-09-08T00:32:01Z" "2026-11-01T12:00:00Z" ];
      expected = [ 0 951868799 1694133121 1793534400 ];
    }
    { expr = dates.seconds "2026-11-01"; expected = "error"; }
  ];
}
