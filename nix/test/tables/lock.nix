_:
let
  locks = import ../../lock.nix;
  target = python: platform: { name = "${python}-${platform}"; inherit python platform; pins = [ ]; };
  data = targets: { version = 1; artifacts = { }; inherit targets; };
  lock = locks.read (data [ (target "3.9" "linux-x86_64") (target "3.11" "linux-x86_64-musl") (target "3.11" "linux-x86_64") ]);
  pinned = pin: artifacts: (data [ ((target "3.11" "linux-x86_64") // { pins = [ ({ version = "1"; dependencies = [ ]; } // pin) ]; }) ]) // { inherit artifacts; };
  inSets = locks.read ((data (map (set: target "3.11" "linux-x86_64" // { inherit set; }) [ "cpu" "gpu" ])) // {
    sets = { cpu.requirements = [ ]; gpu.requirements = [ ]; };
  });
  name = pin: (builtins.head (builtins.head (locks.read (pinned pin { })).targets).pins).name;
in
{
  exports = locks;
  cases = {
    read = [
      { expr = (locks.read (builtins.toJSON (data [ ]))).targets; expected = [ ]; }
      { expr = locks.read { version = 2; }; expected = "error"; }
      { expr = name { name = "a"; }; expected = "a"; }
      { expr = name { name = "a\${b}"; }; expected = "error"; }
      { expr = name { name = "a"; unhashed = "a.whl"; }; expected = "error"; }
      { expr = (locks.read (pinned { name = "a"; } { "a.whl" = { url = "https://h/a.whl"; sha256 = "00"; }; })).artifacts; expected = "error"; }
    ];
    systemOf = [
      { expr = map locks.systemOf [ "linux-x86_64" "macos-arm64" "macos-x86_64" "linux-x86_64-musl" "windows-x86_64" ]; expected = [ "x86_64-linux" "aarch64-darwin" "x86_64-darwin" "x86_64-linux" null ]; }
    ];
    minor = [{ expr = map locks.minor [ "3.11.7" "3.9" ]; expected = [ "3.11" "3.9" ]; }];
    chooseTarget = [
      { expr = (locks.chooseTarget { inherit lock; system = "x86_64-linux"; pythonVersion = "3.11"; }).name; expected = "3.11-linux-x86_64"; }
      { expr = (locks.chooseTarget { lock = inSets; set = "gpu"; system = "x86_64-linux"; pythonVersion = "3.11"; }).set; expected = "gpu"; }
      { expr = locks.chooseTarget { inherit lock; system = "aarch64-linux"; pythonVersion = "3.11"; }; expected = "error"; }
    ];
    ofSet = [
      { expr = builtins.length (locks.ofSet { inherit lock; set = null; }); expected = 3; }
      { expr = map (one: one.set) (locks.ofSet { lock = inSets; set = "gpu"; }); expected = [ "gpu" ]; }
      { expr = locks.ofSet { lock = inSets; set = null; }; expected = "error"; }
      { expr = locks.ofSet { lock = inSets; set = "tpu"; }; expected = "error"; }
      { expr = locks.ofSet { inherit lock; set = "gpu"; }; expected = "error"; }
    ];
    choosePython = [
      { expr = locks.choosePython { inherit lock; system = "x86_64-linux"; wanted = "3.9"; }; expected = "3.9"; }
      { expr = locks.choosePython { inherit lock; system = "x86_64-linux"; wanted = "3.12"; }; expected = "3.11"; }
      { expr = locks.choosePython { inherit lock; system = "x86_64-darwin"; wanted = "3.12"; }; expected = "3.12"; }
    ];
  };
}
