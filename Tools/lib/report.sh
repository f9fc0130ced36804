# shellcheck shell=bash
# Runs checks one by one, times them, counts them, and gives the verdict.

passed=0
failed=0
skipped=()
log_directory=${log_directory:-.build/check-logs}

# check NAME COMMAND…: runs the command with its talk in a log. A failing check shows the end of it. A
# line that begins with "figure: " is shown beside the verdict.
check() {
  local name=$1
  shift
  mkdir -p "$log_directory"
  local log="$log_directory/${name//[^A-Za-z0-9]/-}.log"
  local begin=$SECONDS
  if (set -o pipefail; "$@") >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    printf 'ok      %4d s  %s\n' $((SECONDS - begin)) "$name"
    sed -n 's/^figure: /                  /p' "$log"
    return 0
  fi
  failed=$((failed + 1))
  printf 'FAILED  %4d s  %s (%s)\n' $((SECONDS - begin)) "$name" "$log"
  tail -n 40 "$log" | sed 's/^/        | /'
  return 1
}

# skip NAME REASON: counts a check that cannot run here.
skip() {
  skipped+=("$1: $2")
  printf 'skipped         %s: %s\n' "$1" "$2"
}

# Prints the skips again and the verdict, and exits by it.
verdict() {
  local line
  printf '\n%d s in all.\n' "$SECONDS"
  for line in "${skipped[@]}"; do echo "Skipped $line"; done
  echo "$passed passed, $failed failed, ${#skipped[@]} skipped"
  [ "$failed" -eq 0 ]
  exit
}
