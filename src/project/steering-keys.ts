/** The keys of mach-nix.toml that steer a resolution. */
export const STEERING_KEYS = [
  "prefer",
  "resolution",
  "pre",
  "min-age",
  "constraints",
  "override",
  "exclude",
] as const;
