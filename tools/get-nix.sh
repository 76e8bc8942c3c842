#!/usr/bin/env bash
# get-nix.sh SUITE DEST: the Nix of another Debian release (trixie has 2.26) in a folder of its own;
# nothing is installed on the system. Needs apt, dpkg-deb and patchelf; works as any user.
set -euo pipefail
suite=$1
destination=$(mkdir -p "$2" && cd "$2" && pwd -P)
apt=$destination/apt
root=$destination/root

prepare_apt() {
  mkdir -p "$apt"/etc/apt/{apt.conf.d,preferences.d,sources.list.d} "$apt"/var/lib/apt/lists/partial \
    "$apt"/var/cache/apt/archives/partial "$apt"/var/lib/dpkg "$root" "$destination"/{bin,lib}
  : > "$apt/var/lib/dpkg/status"
  cp /etc/apt/apt.conf.d/* "$apt/etc/apt/apt.conf.d/" 2>/dev/null || true
  local mirror
  mirror=$( (grep -rhoE "https?://[^ ]+/debian/?( |$)" /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null || true) |
    sed -n '1s/ *$//p')
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror%/} $suite main" \
    > "$apt/etc/apt/sources.list"
}

apt_get() {
  apt-get -q -o Dir="$apt" -o Dir::State::status="$apt/var/lib/dpkg/status" -o APT::Architecture=amd64 \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Debug::NoLocking=1 "$@" > /dev/null
}

unpack() {
  local package
  for package in "$apt"/var/cache/apt/archives/*.deb; do
    case ${package##*/} in lib* | zlib1g_* | nix-bin_*) dpkg-deb -x "$package" "$root" ;; esac
  done
}

# Only what the program loads is kept.
keep_nix() {
  local libraries=$root/usr/lib/x86_64-linux-gnu file tool
  for file in $("$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" --list "$root/usr/bin/nix" |
    sed -n 's|.*=> \(/[^ ]*\).*|\1|p'); do
    cp -Lu "$file" "$destination/lib/"
  done
  for file in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
    if [ -e "$libraries/$file" ]; then cp -Lu "$libraries/$file" "$destination/lib/"; fi
  done
  cp -L "$libraries/ld-linux-x86-64.so.2" "$destination/lib/"
  cp "$root/usr/bin/nix" "$destination/bin/nix"
  patchelf --set-interpreter "$destination/lib/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$destination/lib" \
    "$destination/bin/nix"
  for tool in nix-build nix-shell nix-store nix-instantiate; do ln -sf nix "$destination/bin/$tool"; done
}

prepare_apt
apt_get update
apt_get install -y --no-install-recommends --download-only nix-bin
unpack
keep_nix
rm -rf "$root" "$apt"
"$destination/bin/nix" --version
