# Dates of locks, as seconds since 1970.
let
  number = digits:
    let significant = builtins.match "0*([0-9]+)" digits;
    in builtins.fromJSON (builtins.head significant);

  # Days from 1970-01-01 to a day of the Gregorian calendar; years that begin in March, so that a leap
  # day is the last of one.
  daysTo = { year, month, day }:
    let
      y = if month <= 2 then year - 1 else year;
      m = if month <= 2 then month + 9 else month - 3;
    in
    y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
in
{
  # "2026-11-01T12:00:00Z" → 1793534400.
  seconds = date:
    let
      parts = builtins.match "([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z" date;
      part = i: number (builtins.elemAt parts i);
    in
    if parts == null then throw "mach-nix: a lock has no such date: ${builtins.toJSON date}"
    else
      daysTo { year = part 0; month = part 1; day = part 2; } * 86400
      + part 3 * 3600 + part 4 * 60 + part 5;
}
