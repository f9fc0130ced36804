# shellcheck shell=bash
# Hours of virtual time: no growth, no drift, no counter that wraps.

long() {
  local verdict=0
  walks long-hours --virtual-time --seconds 7200 -- Tools/bench/long-walks/1* || verdict=1
  walks long-2038 --virtual-time --start 2147483600 --seconds 1800 -- Tools/bench/long-walks/2* ||
    verdict=1
  walks long-uptime --virtual-time --seconds 1800 -- Tools/bench/long-walks/3* || verdict=1
  walks long-frozen --virtual-time --seconds 900 -- Tools/bench/long-walks/4* || verdict=1
  return $verdict
}
