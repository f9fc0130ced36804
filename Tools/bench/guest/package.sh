# shellcheck shell=bash
# The Debian package in the guest, and what its unit says.

service=rackd@rack1.service

# install_package: by dpkg; the walk's programs and profile are the installed ones from here on.
install_package() {
  dpkg -i "$PHAROS_PACKAGE" >"$logs/dpkg.log" 2>&1 || fail "dpkg -i: $(tail -n 5 "$logs/dpkg.log")"
  say 'installed'
  programs=/usr/bin
  profile=/usr/share/pharos/HardwareProfiles/lfp280-416s/profile.yaml
  run=/run/pharos/rack1 state=/var/lib/pharos/rack1
  # What an earlier walk has left.
  [ ! -d /run/systemd/system ] || systemctl stop "$service"
  rm -rf "$state"
  rackctl profile compile "$profile" -o /etc/pharos/rack1.plan >/dev/null
  ln -sf /etc/pharos/rack1.plan "/run/plan${profile//\//-}"
  # What udev's rule would do.
  chgrp gpio "$chip"
  chgrp pharos /dev/watchdog0
  chmod 660 "$chip" /dev/watchdog0
}

# unit NAME: the setting of that name in the installed unit.
unit() { sed -n "s/^$1=//p" /usr/lib/systemd/system/rackd@.service; }

# Under systemd.

# start_service: started, and its log followed into the walk's.
start_service() {
  : >>"$logs/rackd.log"
  journalctl --follow --unit "$service" --output cat >>"$logs/rackd.log" &
  others+=($!)
  systemctl start "$service" || fail 'systemctl start'
  find_daemon
}

# shown PROPERTY: what systemd says of it.
shown() { systemctl show --property "$1" --value "$service"; }

# find_daemon: systemd's main process of the rack.
find_daemon() { daemon=$(shown MainPID); }

# is_unit PROPERTY VALUE, for await.
is_unit() { [ "$(shown "$1")" = "$2" ]; }
