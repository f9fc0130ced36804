# shellcheck shell=bash
# Checks of RackCore that go around the package manager: Embedded compile, the no-allocation gate's
# own proof, allocation count.

core_sources() { find "$1" -name '*.swift' | LC_ALL=C sort; }

# A program of the Swift toolchain in use.
toolchain() { echo "$(dirname "$(readlink -f "$(command -v swiftc)")")/$1"; }

# What the core may need from outside: memory copies, the stack guard, and on Cortex-M arithmetic that
# the processor lacks. No malloc, no free.
allowed_symbols='^(memcpy|memset|memmove|__stack_chk_(fail|guard)'
allowed_symbols+='|__aeabi_(mem(cpy|clr|set|move)[48]?|d2f|f2d|[du]*[il]?2[dfilz]+|d2[u]?[il]z|[u]?[il]2[df]'
allowed_symbols+='|[df](add|sub|rsub|mul|div|cmp(eq|lt|le|ge|gt|un))|[u]?[il]div(mod)?|l(asr|lsl|lsr|mul)))$'

# embedded_compile DIRECTORY TRIPLE [OPTION…]: RackCore and, in the same module, its self-test as
# Embedded Swift, into DIRECTORY/core.o. That object is what portability.sh links and runs.
embedded_compile() {
  local directory=$1 triple=$2
  shift 2
  mkdir -p "$directory"
  # shellcheck disable=SC2046
  swiftc -target "$triple" -enable-experimental-feature Embedded "$@" -wmo -Osize \
    -swift-version 6 -strict-memory-safety -warnings-as-errors -parse-as-library \
    -Xfrontend -function-sections -module-name RackCore \
    -c $(core_sources Sources/RackCore) $(core_sources Tools/portability.d) -o "$directory/core.o"
}

# embedded TRIPLE: compiles RackCore as Embedded Swift, links it from `step` and `configure` with
# section collection, and looks at what is left undefined.
embedded() {
  local triple=$1 directory=.build/embedded/$1 extra=()
  case $triple in
    # The refusal of allocating types also refuses generic helpers of 32-bit targets that are gone after
    # optimising; there the link below is the proof.
    armv7em-*) extra=(-Xcc -mfloat-abi=soft) ;;
    *) extra=(-no-allocations) ;;
  esac
  embedded_compile "$directory" "$triple" "${extra[@]}" || return 1
  local step configure undefined foreign
  step=$("$(toolchain llvm-nm)" "$directory/core.o" \
    | awk '{print $NF}' | grep -m1 -E '^\$e8RackCore.*ControllerV4step3now')
  configure=$("$(toolchain llvm-nm)" "$directory/core.o" \
    | awk '{print $NF}' | grep -m1 -E '^\$e8RackCore.*ControllerV9configure8restored')
  if [ -z "$step" ] || [ -z "$configure" ]; then
    echo "no entry points found in the object"
    return 1
  fi
  "$(toolchain ld.lld)" --gc-sections -e "$step" -u "$configure" --warn-unresolved-symbols \
    "$directory/core.o" -o "$directory/core.elf" 2>"$directory/link.log" || return 1
  undefined=$(sed -n 's/.*undefined symbol: //p' "$directory/link.log" | sort -u)
  foreign=$(echo "$undefined" | grep -vE "$allowed_symbols" | grep -v '^$')
  echo "undefined:" $undefined
  local bytes=0 size
  for size in $("$(toolchain llvm-objdump)" --section-headers "$directory/core.elf" \
    | awk '$2 ~ /^\.(text|rodata|data|ARM)/ {print $3}'); do
    bytes=$((bytes + 16#$size))
  done
  echo "figure: $triple: $bytes bytes of code and constants, $(echo "$undefined" | grep -c .) symbols from outside"
  if [ -n "$foreign" ]; then
    echo "not allowed:" $foreign
    return 1
  fi
}

# An array literal, planted in a scratch copy of the core four calls below `step` and in another file,
# must break the optimised compile with an error of the annotations; the copy without it must not.
planted_array() {
  local copy=.build/planted target
  rm -rf "$copy"
  mkdir -p "$copy"
  cp -R Sources/RackCore "$copy/RackCore"
  target="$copy/RackCore/Bus/Checksum+Value.swift"
  sed -i 's|^  func taking(.*{$|&\n    var planted = [register, byte]\n    planted.append(byte)\n    if planted[Int(register) % 3] == 7 { return 1 }|' "$target"
  if ! grep -q 'var planted' "$target"; then
    echo "the place for the planted array is gone: $target"
    return 1
  fi
  # shellcheck disable=SC2046
  if swiftc -O -wmo -swift-version 6 -parse-as-library -module-name RackCore \
    -c $(core_sources "$copy/RackCore") -o "$copy/core.o" >"$copy/log" 2>&1; then
    echo "the planted array was compiled: the gate is open"
    return 1
  fi
  cat "$copy/log"
  grep -qE 'Checksum\+Value\.swift:[0-9]+:[0-9]+: error: .*(allocat|locking|locks|unpredictable)' "$copy/log"
}

# The malloc counter as a library to preload.
malloc_counter() {
  local library=.build/malloc-count.so
  "$(toolchain clang)" -O2 -Wall -Werror -fPIC -shared Tools/malloc-count.c -o "$library" || return 1
  echo "$PWD/$library"
}

# allocation_count DIRECTORY STEPS: no allocation in so many steps of the closed 416-cell loop, and a
# planted one is counted.
allocation_count() {
  local program=$1/allocation-count steps=$2 library output
  local profile=HardwareProfiles/lfp280-416s/profile.yaml
  library=$(malloc_counter) || { echo "$library"; return 1; }
  output=$(LD_PRELOAD=$library "$program" "$profile" "$steps") || { echo "$output"; return 1; }
  echo "figure: $output"
  if output=$(LD_PRELOAD=$library "$program" "$profile" 10000 --plant); then
    echo "a planted allocation was not counted: $output"
    return 1
  fi
  echo "$output"
  case $output in *": 1 allocations") ;; *) return 1 ;; esac
}
