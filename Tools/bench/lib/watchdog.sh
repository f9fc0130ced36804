# shellcheck shell=bash
# The last net: a machine whose controller stands still restarts. Each case is a guest of its own, because
# it must die.

watchdog() {
  local verdict=0 code
  mkdir -p "$runs/watchdog"
  echo "== watchdog"
  bite stalled-loop
  code=$?
  # 126: the guest's kernel said that its watchdog bit.
  if [ $code -eq 126 ]; then echo "ok      a loop that stands still ends the machine"; else
    echo "FAILED  a loop that stands still: the machine lived on (code $code)"
    verdict=1
  fi
  bite healthy
  code=$?
  if [ $code -eq 0 ]; then echo "ok      a healthy loop feeds it for a minute, a clean stop disarms it"; else
    echo "FAILED  a healthy loop: code $code"
    tail -n 20 "$runs/watchdog/healthy.log"
    verdict=1
  fi
  return $verdict
}

bite() {
  Tools/bench/boot --virtual-time --seconds 300 --keep "$runs/watchdog" -- \
    Tools/bench/guest/bite "$1" "$PWD/$runs/watchdog" >"$runs/watchdog/$1.log" 2>&1
}
