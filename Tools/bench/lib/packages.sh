# shellcheck shell=bash
# What the kernel bench needs of Debian beside Tools/lib/packages.sh.

# To build the kernel.
bench_build_packages=(linux-source-6.1 make gcc libc6-dev flex bison bc xz-utils binutils)

# To run it: strangers on the bus, other eyes on the lines, and what the guest starts with.
bench_run_packages=(iproute2 can-utils gpiod libgpiod2 libsocketcan2 busybox-static util-linux jq
  python3 strace procps)

# To meet drivers of CAN controllers: a machine that emulates the cards, and Debian's PREEMPT_RT kernel with
# the two modules that it leaves out (the kernel's own package is unpacked and never installed).
drivers_packages=(qemu-system-x86 linux-headers-rt-amd64 linux-source-6.1 make gcc xz-utils kmod cpio zstd
  "${bench_run_packages[@]}")
