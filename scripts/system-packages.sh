#!/usr/bin/env bash
# Installs what the end-to-end tests need of Debian (as root): a browser for the twin, the libraries of Electron, a screen without one.
# Does nothing when all of it is there.
set -euo pipefail

packages=(chromium xvfb fakeroot dpkg
  libnss3 libgtk-3-0 libgbm1 libasound2 libatk-bridge2.0-0 libcups2 libdrm2 libxkbcommon0)

missing=()
for package in "${packages[@]}"; do
  # Newer releases add t64 to the names of some libraries.
  if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' &&
     ! dpkg-query -W -f='${Status}' "${package}t64" 2>/dev/null | grep -q 'ok installed'; then
    missing+=("$package")
  fi
done
[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "These packages are missing; install them as root: ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
names=()
for package in "${missing[@]}"; do
  if apt-cache show "$package" >/dev/null 2>&1; then names+=("$package"); else names+=("${package}t64"); fi
done
apt-get install -y -qq --no-install-recommends "${names[@]}"
