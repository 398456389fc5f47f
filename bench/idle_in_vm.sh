#!/usr/bin/env bash
# bench/idle_connections.py in a virtual machine of its own, for more connections than the host lets
# a process have files open. Needs build/release/bin/rpc-echo (tools/build.sh release rpc-echo);
# Debian's cloud kernel is downloaded once into the cache.
#
#   idle_in_vm.sh [memory=8G] [name=value]...      what idle_connections.py takes
#
# Linux of the guest runs from its initial memory disk: busybox, Python, the echo server and the
# libraries of both. It sees no disk and no network of the host. Its processors are emulated, so
# that it runs wherever QEMU does: its figures of memory count, those of time do not.

set -euo pipefail

ROOT="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
CACHE="${ALLUXIO_CACHE:-${XDG_CACHE_HOME:-${HOME}/.cache}/alluxio}/guest"
MEMORY=8G
SETTINGS=()
for word in "$@"; do
  case "${word}" in
    memory=*) MEMORY="${word#memory=}" ;;
    *) SETTINGS+=("${word}") ;;
  esac
done

"${ROOT}/tools/install_packages.sh" vm

if [[ ! -f "${CACHE}/vmlinuz" ]]; then
  work="$(mktemp -d)"
  package="$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends:/ {print $2; exit}')"
  (cd "${work}" && apt-get download -q "${package}" && dpkg-deb -x ./*.deb unpacked)
  mkdir -p -- "${CACHE}"
  mv "${work}"/unpacked/boot/vmlinuz-* "${CACHE}/vmlinuz"
  rm -rf -- "${work}"
fi

DISK="$(mktemp -d)"
trap 'rm -rf -- "${DISK}"' EXIT

# A program and what the dynamic linker loads for it, where it lies on the host.
add_program() {
  local file
  { echo "$1"; ldd "$1" 2> /dev/null | grep -o '/[^ ]*' || true; } | while read -r file; do
    mkdir -p -- "${DISK}$(dirname -- "${file}")"
    cp -L -- "${file}" "${DISK}${file}"
  done
}

PYTHON=/usr/bin/python3  # Debian's: another may have its packages among the standard library
LIBRARY="$("${PYTHON}" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
mkdir -p "${DISK}"/{bin,dev,proc,sys,tmp,tree/build/release/bin} "${DISK}${LIBRARY}"
cp "$(command -v busybox)" "${DISK}/bin/busybox"
add_program "${PYTHON}"
add_program "${ROOT}/build/release/bin/rpc-echo"
mv "${DISK}${ROOT}/build/release/bin/rpc-echo" "${DISK}/tree/build/release/bin/"
tar -C "${LIBRARY}" -c --exclude=test --exclude=dist-packages --exclude=__pycache__ . |
  tar -C "${DISK}${LIBRARY}" -x
for module in "${LIBRARY}"/lib-dynload/{_ssl,_hashlib,_uuid,_json}*.so; do
  [[ ! -e "${module}" ]] || add_program "${module}"
done
(cd "${ROOT}" && cp --parents -t "${DISK}/tree" bench/*.py tests/interop/*.py tests/cluster/*.py)

cat > "${DISK}/init" << EOF
#!/bin/busybox sh
export PATH=/bin:/usr/bin HOME=/tmp
/bin/busybox --install -s /bin
mount -t proc none /proc; mount -t sysfs none /sys; mount -t tmpfs none /tmp
mount -t devtmpfs none /dev
ifconfig lo up
echo 2000000 > /proc/sys/fs/nr_open
echo 65535 > /proc/sys/net/core/somaxconn
ulimit -n 1000000
cd /tree
echo; echo "guest: started"
${PYTHON} -W ignore bench/idle_connections.py ${SETTINGS[*]}
poweroff -f
EOF
chmod 755 "${DISK}/init"
(cd "${DISK}" && find . | cpio -o -H newc --quiet | gzip -1) > "${CACHE}/initrd.$$"
trap 'rm -rf -- "${DISK}" "${CACHE}/initrd.$$"' EXIT
qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m "${MEMORY}" -nographic -no-reboot \
  -nodefaults -serial stdio -kernel "${CACHE}/vmlinuz" -initrd "${CACHE}/initrd.$$" \
  -append "console=ttyS0 quiet panic=-1 random.trust_cpu=on" < /dev/null |
  sed -un '/guest: started/,$p'  # without what the firmware draws
