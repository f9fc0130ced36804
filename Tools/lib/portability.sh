# shellcheck shell=bash
# The core's self-test: linked without heap and library, run on every target, digests compared.
# Needs core-checks.sh. What is measured and why: docs/portability.md.

portability=Tools/portability.d
portable=.build/portability

# Runs that are compared: profile, steps. The last one is short enough for an emulated Cortex-M.
portable_runs=("bench-16s-foxbms 100000" "lfp280-416s 4000" "bench-16s-foxbms 10000")

# portable_images DIRECTORY: plan images of the shipped profiles, by the `rackctl` in there.
portable_images() {
  local run profile
  mkdir -p "$portable"
  for run in "${portable_runs[@]}"; do
    profile=${run% *}
    "$1/rackctl" profile compile "HardwareProfiles/$profile/profile.yaml" \
      -o "$portable/$profile.image" || return 1
  done
}

# portable_link TARGET PROFILE STEPS [OPTION…]: links the self-test and leaves its path in `$linked`. No
# start files, no library but the compiler's own arithmetic: an allocation that can be reached has
# nothing to be linked to.
portable_link() {
  local target=$1 profile=$2 steps=$3 compiler platform object options=()
  shift 3
  linked=$portable/$target-$profile-$steps
  case $target in
    x86_64) compiler=gcc platform=linux.c object=x86_64-unknown-linux-gnu options=(-static) ;;
    aarch64)
      compiler=aarch64-linux-gnu-gcc platform=linux.c object=aarch64-none-none-elf options=(-static)
      ;;
    # QEMU's boards: the AN386 has a Cortex-M4, the AN500 a Cortex-M7; 16 MB of PSRAM lie elsewhere.
    cortex-m4)
      compiler=arm-none-eabi-gcc platform=mps2.c object=armv7em-none-none-eabi
      options=(-mcpu=cortex-m4 -mthumb -mfloat-abi=soft -Wl,--defsym=large_at=0x21000000)
      ;;
    cortex-m7)
      compiler=arm-none-eabi-gcc platform=mps2.c object=cortex-m7
      options=(-mcpu=cortex-m7 -mthumb -mfloat-abi=softfp -mfpu=fpv5-d16
        -Wl,--defsym=large_at=0x60000000)
      ;;
  esac
  [ $platform = mps2.c ] && options+=(-Wl,--no-enum-size-warning -T "$portability/mps2.ld")
  "$compiler" "${options[@]}" -O2 -Wall -Werror -ffreestanding -fno-stack-protector \
    -fno-tree-loop-distribute-patterns -nostdlib -nostartfiles -Wl,--gc-sections -Wl,-z,noexecstack \
    "-DTICKS=$steps" "-DIMAGE=\"$portable/$profile.image\"" "$portability/$platform" \
    "$portability/selftest.c" "$portability/memory.c" "$portability/image.S" "$@" \
    ".build/embedded/$object/core.o" -lgcc -o "$linked"
}

# The core for a Cortex-M7, whose processor has doubles; the calling convention stays that of the M4.
embedded_m7() {
  embedded_compile .build/embedded/cortex-m7 armv7em-none-none-eabi \
    -Xcc -mcpu=cortex-m7 -Xcc -mfloat-abi=softfp -Xcc -mfpu=fpv5-d16
}

# portable_start TARGET PROGRAM: runs it where it can run.
portable_start() {
  case $1 in
    x86_64) "$2" ;;
    aarch64) qemu-aarch64-static "$2" ;;
    cortex-m*)
      local board=mps2-an386
      [ "$1" = cortex-m7 ] && board=mps2-an500
      qemu-system-arm -M $board -nographic -monitor none -serial none -semihosting \
        -icount shift=0 -kernel "$2" 2>&1
      ;;
  esac
}

# The value behind a word in the output of a self-test, which stands on standard input.
value_of() { awk -v word="$1" '$1 == word {print $2}'; }

# portable_judge WHERE PROFILE STEPS OUTPUT: compares the digest with the committed one.
portable_judge() {
  local where=$1 profile=$2 steps=$3 output=$4 digest committed
  echo "$output"
  digest=$(echo "$output" | value_of digest)
  committed=$(awk -v p="$profile" -v s="$steps" '$1 == p && $2 == s {print $3}' \
    "$portability/digests")
  if [ -z "$digest" ]; then
    echo "$where: no digest came out of $profile"
    return 1
  fi
  if [ "$digest" = "$committed" ]; then return 0; fi
  echo "$where: $steps steps of $profile make $digest, $portability/digests says $committed."
  echo "If the core, a profile or the self-test was meant to decide otherwise: run 'Tools/portability"
  echo "write' and commit $portability/digests with the change. If not, or if targets differ among"
  echo "each other: the core is no longer the same everywhere, and that is the bug."
  return 1
}

# self_test_embedded TARGET RUN…: links and runs the Embedded core, each RUN a line of `portable_runs`.
self_test_embedded() {
  local target=$1 run output linked
  shift
  for run in "$@"; do
    # shellcheck disable=SC2086
    portable_link "$target" $run || return 1
    output=$(portable_start "$target" "$linked") || { echo "$output"; return 1; }
    # shellcheck disable=SC2086
    portable_judge "$target, Embedded" $run "$output" || return 1
    portable_figures "$run" "$output"
  done
  portable_sizes "$output"
}

portable_figures() {
  local output=$2 line
  value() { echo "$output" | value_of "$1"; }
  line="$1 steps: $(value closed) closed, $(value frames) frames, digest $(value digest)"
  if [ -n "$(value instructions)" ]; then
    line+="; $(value instructions) instructions a step ($(value most) at most)"
    line+=", $(value stack) bytes of stack"
  fi
  echo "figure: $line"
}

# portable_sizes OUTPUT: what has to be in memory.
portable_sizes() {
  local output=$1
  value() { echo "$output" | value_of "$1"; }
  echo "figure: controller $(value controller) bytes: plan $(value plan), state $(value state)" \
    "(estimator $(value estimator)); a cell filter $(value filter), a cell's trials $(value trials)"
}

# self_test_host PROGRAM: the same with full Swift, as the package builds it.
self_test_host() {
  local program=$1 run output profile steps
  for run in "${portable_runs[@]}"; do
    read -r profile steps <<<"$run"
    output=$("$program" "$portable/$profile.image" "$steps") || { echo "$output"; return 1; }
    portable_judge "$program" "$profile" "$steps" "$output" || return 1
    echo "figure: $run steps: digest $(echo "$output" | value_of digest)"
  done
}

# A planted array must be an undefined reference of the link.
planted_allocation() {
  local linked log=$portable/planted.log
  printf '%s\n' '@c(pharos_planted) public func planted(_ count: UInt32) -> UInt32 {' \
    '  var numbers = [count]' '  for number in 0..<count { numbers.append(number) }' \
    '  return numbers[Int(count) / 2]' '}' >"$portable/Planted.swift"
  swiftc -target armv7em-none-none-eabi -Xcc -mfloat-abi=soft -enable-experimental-feature Embedded -wmo -Osize \
    -swift-version 6 -parse-as-library -Xfrontend -function-sections -module-name Planted \
    -c "$portable/Planted.swift" -o "$portable/planted.o" || return 1
  if portable_link cortex-m4 bench-16s-foxbms 10 -DPLANTED "$portable/planted.o" >"$log" 2>&1; then
    echo "the planted array was linked"
    return 1
  fi
  cat "$log"
  grep -q 'undefined reference to .*\(posix_memalign\|malloc\)' "$log"
}

# portability_checks RELEASE: everything that is compared, once the Embedded objects, the images and
# the release build are there.
portability_checks() {
  check 'planted allocation breaks the link without heap' planted_allocation
  check 'self-test, host, full Swift -O' self_test_host "$1/selftest"
  check 'self-test, x86_64, Embedded' self_test_embedded x86_64 "${portable_runs[@]}"
  check 'self-test, aarch64 under qemu-user' self_test_embedded aarch64 "${portable_runs[@]}"
  check 'self-test, Cortex-M4 without FPU under qemu-system-arm' self_test_embedded cortex-m4 \
    "${portable_runs[2]}"
  check 'Embedded core, Cortex-M7 with doubles' embedded_m7
  check 'self-test, Cortex-M7 under qemu-system-arm' self_test_embedded cortex-m7 \
    "${portable_runs[2]}"
}
