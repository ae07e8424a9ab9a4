#!/bin/bash
# .cache/<suite>/usr with registry and headers for older.slow.test.ts and driver.slow.test.ts; nothing is installed, the system's sources stay.
set -euo pipefail
suite=${1:-trixie}
cd "$(dirname "$0")/../.."
to=$PWD/.cache/$suite
[ -e "$to/usr/include/vulkan/vulkan_core.h" ] && exit 0
rm -rf "$to" && mkdir -p "$to/apt/lists/partial" "$to/apt/archives/partial"
mirror=$(grep -rhE '^(URIs:|deb )' /etc/apt/sources.list* | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$to/apt/sources.list"
own_apt() {
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::SourceList="$to/apt/sources.list" \
    -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$to/apt/lists" -o Dir::Cache="$to/apt" "$@"
}
own_apt update
(cd "$to/apt" && own_apt download libvulkan-dev)
dpkg-deb --fsys-tarfile "$to"/apt/libvulkan-dev_*.deb |
  tar -x -C "$to" ./usr/share/vulkan/registry/{vk.xml,video.xml,validusage.json} ./usr/include
rm -r "$to/apt"
