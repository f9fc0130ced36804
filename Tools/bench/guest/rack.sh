# shellcheck shell=bash
# A rack on the bench: rackd and its twin as two processes, and what a walk asks about them.
#
# Nothing here sleeps for a fixed time and hopes: `await` looks until something is so, or fails.

profile=${PHAROS_PROFILE:-HardwareProfiles/lfp280-416s/profile.yaml}
programs=${PHAROS_PROGRAMS:-.build/release}
# Limits on waiting are multiplied by this where time is real and the machine busy.
patience=${PHAROS_PATIENCE:-1}
# What stands before rackd on its command line: a user, limits.
as=()
# A scheduling priority of the twin, where it must not wait for what a shell has to do.
twin_priority=''

# on_slow_machine PROFILE: that rack, on a processor that cannot keep the limit of 5 ms on a step: late steps
# pause the heartbeat. Its twin stands for hardware, which is never late.
on_slow_machine() {
  rm -rf /run/profiles
  cp -r HardwareProfiles /run/profiles
  profile=/run/profiles/$1/profile.yaml
  sed -i 's/^\( *overrun_limit_milliseconds:\).*/\1 200/' "$profile"
  twin_priority=70
}

# since MOMENT: seconds since a value of EPOCHREALTIME.
since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f", b - a }'; }

# milliseconds: now, for differences, without starting a process.
milliseconds() { REPLY=$((${EPOCHREALTIME/./} / 1000)); }

say() { printf '%s  %s\n' "${EPOCHREALTIME%????}" "$*"; }

# fail SENTENCE: ends the walk.
fail() {
  say "FAILED: $*"
  if read_status; then
    jq -c '{state, phase, obstacles, faults: [.faults[] | [.name, .active, .latched]]}' <<<"$status"
  fi
  exit 1
}

# pause SECONDS: waits without starting a process.
pause() { read -r -t "$1" <&"$never" || true; }

# await SECONDS WHAT COMMAND…: runs COMMAND every 10 ms until it succeeds; fails the walk after SECONDS.
await() {
  local limit=$1 what=$2 begin step=0.01 looked=-10000 heard='' condition=("${@:3}")
  # A look at the status starts a process, which is dear in the guest: only when rackd has said something
  # new, and every 2 s.
  case $3 in status_is | has_fault | has_no_fault | mended) step=0.1 condition=(is_time_for "${@:3}") ;; esac
  milliseconds
  begin=$REPLY
  until "${condition[@]}"; do
    milliseconds
    ((REPLY - begin < limit * 1000 * patience)) || fail "not within $limit s: $what"
    pause $step
  done
  milliseconds
  waited=$((REPLY - begin))
  say "$what (after $waited ms)"
}

# is_time_for COMMAND…: it succeeds, if it is time for it (see await).
is_time_for() {
  local said
  said=$(<"$logs/rackd.log")
  milliseconds
  ((REPLY - looked >= 2000)) || { [ "$said" != "$heard" ] && ((REPLY - looked >= 300)); } || return 1
  looked=$REPLY heard=$said
  "$@"
}

# Conditions for await.
is_level() { level "$1"; [ "$REPLY" = "$2" ]; }
is_open() { is_level K1_COIL 0 && is_level K2_COIL 0 && is_level K3_COIL 0; }
is_closed() { is_level K1_COIL 1 && is_level K2_COIL 1 && is_level K3_COIL 0; }
is_gone() { ! kill -0 "$1" 2>/dev/null; }
has_said() { [[ $(<"$logs/$1.log") == *"$2"* ]]; }
# status_is FILTER: what jq makes of rackctl's status is true.
status_is() { read_status && [ "$(jq -r "$1" <<<"$status")" = true ]; }

# expect WHAT COMMAND…: must be so now.
expect() {
  local what=$1
  shift
  "$@" || fail "$what"
  say "$what"
}

# Reads the status page into $status; fails where there is none (an exit code of 1 is a finding).
read_status() {
  status=$(rackctl status --json --run-dir "$run" 2>/dev/null)
  [ -n "$status" ]
}

rackctl() { "$programs/rackctl" "$@"; }

# walk_body FILE: a walk in surroundings of its own, whose processes end with it.
walk_body() {
  run=/run/rack state=/run/state
  umount "$state" 2>/dev/null
  rm -rf "$run" "$state" /run/faults
  mkdir -p "$run" "$state"
  mkfifo /run/faults /run/never 2>/dev/null
  exec {never}<>/run/never
  twin='' daemon='' others=()
  [ -z "${PHAROS_REAL_TIME:-}" ] || on_slow_machine bench-16s-foxbms
  trap end_walk EXIT
  set -e
  # shellcheck disable=SC1090
  . "$1"

}

end_walk() {
  local process
  for process in "$daemon" "$twin" "${others[@]}"; do end_process "$process"; done
  tc qdisc del dev "$bus" root 2>/dev/null || true
  ip link set "$bus" up 2>/dev/null || make_bus
}

# end_process ID: at once, whatever it is doing.
end_process() {
  [ -n "$1" ] || return 0
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# start_twin [OPTION…]: modules on the bus, lines on the chip.
start_twin() {
  exec {faults}<>/run/faults
  "$programs/rackctl" twin --profile "$profile" --bus "can0=${twin_bus:-$bus}" \
    --gpio "gpio0=$chip" --follow "$@" <&"$faults" >>"$logs/twin.log" 2>&1 &
  twin=$!
  [ -z "$twin_priority" ] || chrt --all-tasks --fifo --pid "$twin_priority" "$twin"
  await 30 'the twin drives the lines' is_level ESTOP_CLOSED 1
}

# fault TEXT: a line of the twin's fault language, now.
fault() {
  say "fault: $*"
  echo "$*" >&"$faults"
}

# make_plan: $plan, made once a profile.
make_plan() {
  plan=/run/plan${profile//\//-}
  [ -s "$plan" ] || rackctl profile compile "$profile" -o "$plan" >/dev/null
}

# start_rackd [OPTION…]: the controller.
start_rackd() {
  make_plan
  : >>"$logs/rackd.log"
  "${as[@]}" "$programs/rackd" --plan "$plan" --bus "can0=$bus" --gpio "gpio0=$chip" --state-dir "$state" \
    --run-dir "$run" "$@" >>"$logs/rackd.log" 2>&1 &
  daemon=$!
  await 20 'rackd holds the lines and beats' is_level HEARTBEAT 1
}

# A rack that is ready to close.
start_rack() {
  start_twin
  start_rackd
  await 60 'nothing stands in the way of closing' status_is '.obstacles == []'
}

# A rack that carries.
start_closed() {
  start_rack
  close_rack
}

close_rack() {
  rackctl contactor close --run-dir "$run" >/dev/null || fail 'the close was refused'
  await 20 'closed: both main coils on, precharge off' is_closed
  await 5 'the state is closed' status_is '.state == "closed"'
}

# has_fault NUMBER: it stands (numbers of docs/faults.md).
has_fault() { status_is "any(.faults[]; .id == $1)"; }

has_no_fault() { status_is "all(.faults[]; .id != $1)"; }

# mended: no fault is active any more; latches may stand. (A close would have to wait minutes for the link
# to discharge; a walk that wants one starts another rack.)
mended() {
  status_is 'all(.faults[]; .active | not)' && return
  say "active: $(jq -r '[.faults[] | select(.active) | .id] | join(" ")' <<<"$status")"
  return 1
}

# another_rack: a new twin and a new rackd with nothing stored, closed.
another_rack() {
  end_process "$daemon"
  end_process "$twin"
  rm -rf "$state"
  mkdir "$state"
  start_closed
}

# opens FAULT NUMBER SECONDS: another closed rack opens by that fault within so long, and names it.
opens() {
  another_rack
  fault "$1"
  await "$3" "no coil is on" is_open
  echo "figure: $1: open after $waited ms"
  await 5 "the fault is named: $2" has_fault "$2"
}

# stays SECONDS WHAT COMMAND…: COMMAND succeeds every 20 ms for so long.
stays() {
  local length=$1 what=$2 begin
  shift 2
  milliseconds
  begin=$REPLY
  while milliseconds && ((REPLY - begin < length * 1000)); do
    "$@" || fail "no longer: $what"
    pause 0.02
  done
  say "for $length s: $what"
}

# flood OPTION…: a stranger sends frames until the walk ends or `calm` is called.
flood() {
  say "flood: cangen $*"
  cangen "$bus" "$@" >/dev/null 2>&1 &
  stranger=$!
  others+=("$stranger")
}

calm() {
  kill "$stranger"
  wait "$stranger" 2>/dev/null || true
}

# thread NAME: the id of rackd's thread of that name.
thread() {
  local each
  for each in /proc/"$daemon"/task/*; do
    [ "$(<"$each/comm")" = "$1" ] && REPLY=${each##*/}
  done
}

# listen_for_feeds: what stands in the service manager's place for a rackd that is started from now on.
listen_for_feeds() {
  "$PHAROS_HELP" listen /run/notify >"$logs/notify.log" &
  others+=($!)
  await 5 'the service manager listens' test -S /run/notify
  export NOTIFY_SOCKET=/run/notify WATCHDOG_USEC=2000000
}

# feeds: how often the watchdog was fed.
feeds() { grep -c 'WATCHDOG=1' "$logs/notify.log"; }

# silence WHAT: no feed from 1.1 s after now (one may be under way) until 3 s after.
silence() {
  pause 1.1
  local before
  before=$(feeds)
  pause 2
  [ "$(feeds)" = "$before" ] || fail "$1: the watchdog was fed"
  say "$1: no WATCHDOG=1"
}
