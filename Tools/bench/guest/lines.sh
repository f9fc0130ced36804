# shellcheck shell=bash
# A bus and a chip of lines, and the outside world's hands on them.

bus=vcan0
simulator=/sys/kernel/config/gpio-sim/rack
inputs=(K1_FEEDBACK K2_FEEDBACK K3_FEEDBACK ESTOP_CLOSED FIRE_CLEAR GAS_CLEAR SUPPLY_24V_GOOD
  HVIL_CLOSED ISOLATOR_CLOSED FUSE_WHOLE SAFETY_RELAY_HELD)
outputs=(K1_COIL K2_COIL K3_COIL FAN ALARM_LAMP WARNING_LAMP BUZZER BMS_HEALTHY HEARTBEAT PCS_PERMIT
  BREAKER_TRIP)

make_bus() {
  ip link add "$bus" type vcan
  ip link set "$bus" up
}

# A chip with every line of the profile, as a board's device tree would name them.
make_chip() {
  local names=("${inputs[@]}" "${outputs[@]}") places=() place
  mkdir "$simulator" "$simulator/bank0"
  for place in "${!names[@]}"; do places+=("$simulator/bank0/line$place"); done
  mkdir "${places[@]}"
  echo "${#names[@]}" >"$simulator/bank0/num_lines"
  echo rack >"$simulator/bank0/label"
  for place in "${!names[@]}"; do
    echo "${names[$place]}" >"$simulator/bank0/line$place/name"
  done
  echo 1 >"$simulator/live"
  find_chip
}

# Where the chip is now: the device, and the simulator's side of it.
find_chip() {
  local names=("${inputs[@]}" "${outputs[@]}") place
  chip_name=$(<"$simulator/bank0/chip_name")
  chip=/dev/$chip_name
  local lines=/sys/devices/platform/$(<"$simulator/dev_name")/$chip_name
  declare -gA side=()
  for place in "${!names[@]}"; do
    side[${names[$place]}]=$lines/sim_gpio$place
  done
}

# level LINE: 0 or 1, as the world sees it; no process is started for it.
level() { REPLY=$(<"${side[$1]}/value"); }

# pull LINE up|down: what the world drives.
pull() { echo "pull-$2" >"${side[$1]}/pull"; }
