# shellcheck shell=bash
# CAN controllers that a walk sets up as a system would, and what rackctl doctor says of them. The four of
# `boot-qemu` are on one bus.

# rack_on PROFILE RACKD-INTERFACE TWIN-INTERFACE: which rack, and which controllers it is between.
rack_on() {
  bus=$2 twin_bus=$3
  on_slow_machine "$1"
  # A twin that was late sends what is due at once, and a queue of 10 frames would drop the rest.
  ip link set "$3" txqueuelen 1000
}

# set_up INTERFACE OPTION…: down, the options of `ip link set … type can`, and up.
set_up() {
  ip link set "$1" down
  ip link set "$1" type can "${@:2}"
  ip link set "$1" up
  say "$1: ${*:2}"
}

# doctor: asks it about the rack and keeps its answer in $findings and its exit code in $verdict.
doctor() {
  verdict=0
  findings=$(rackctl doctor --profile "$profile" --bus "can0=$bus" --gpio "gpio0=$chip" \
    --state-dir "$state" --json 2>"$logs/doctor.log") || verdict=$?
}

# finds SUBJECT GRADE TEXT: the doctor has said this, in its fact or its fix.
finds() {
  jq -e --arg subject "$1" --arg grade "$2" --arg text "$3" 'any(.[]; .subject == $subject
    and .grade == $grade and ("\(.fact) \(.fix)" | contains($text)))' <<<"$findings" >/dev/null && return
  jq -r '.[] | "\(.grade)  \(.subject): \(.fact) \(.fix)"' <<<"$findings"
  return 1
}

# refuses EXIT-CODE TEXT: rackd does not start on this bus, and says why.
refuses() {
  local code=0
  make_plan
  "$programs/rackd" --plan "$plan" --bus "can0=$bus" --gpio "gpio0=$chip" --state-dir "$state" \
    --run-dir "$run" >"$logs/rackd.log" 2>&1 || code=$?
  [ $code -eq "$1" ] && has_said rackd "$2" && return
  say "code $code"
  cat "$logs/rackd.log"
  return 1
}

# close_emulated: a rack that carries. An emulated processor may stand still for so long that the safety relay
# drops, so it is asked three times; an error of ours would come every time.
close_emulated() {
  for turn in 1 2 3; do
    start_twin
    start_rackd
    await 60 'nothing stands in the way of closing' status_is '.obstacles == []'
    rackctl contactor close --run-dir "$run" >/dev/null || fail 'the close was refused'
    await 20 'it is closed, or has given up' is_decided
    is_closed && return
    end_process "$daemon"
    end_process "$twin"
    rm -rf "$state"
    mkdir "$state"
    mv "$logs/rackd.log" "$logs/rackd-$turn.log"
  done
  fail 'it has given up three times'
}

is_decided() { is_closed || has_said rackd 'precharge → open' || has_said rackd '→ tripped'; }

# frames INTERFACE rx|tx: how many the kernel has counted.
frames() { REPLY=$(<"/sys/class/net/$1/statistics/${2}_packets"); }

# has_frames INTERFACE rx|tx COUNT: it has counted that many.
has_frames() {
  frames "$1" "$2"
  ((REPLY >= $3))
}
