#!/bin/bash
# stop.sh DIR : ends the Dovecot that start.sh put into DIR, sessions included, and waits until it is gone.
# It ends only the processes of that one server: the pid in DIR/pid and that process's children.
set -u
dir=$1
[ -s "$dir/pid" ] || { echo "stopped dovecot (was not running)"; exit 0; }
master=$(cat "$dir/pid")

# A zombie counts as gone: in a container pid 1 may reap it late.
alive() { [ -r "/proc/$1/status" ] && ! grep -q '^State:.Z' "/proc/$1/status"; }
is_ours() { grep -qsa dovecot "/proc/$1/cmdline"; }

wait_gone() { # pid, tenths of a second
  local i
  for ((i = 0; i < $2; i++)); do
    alive "$1" || return 0
    sleep 0.1
  done
  return 1
}

end() {
  is_ours "$1" || return 0
  kill -TERM "$1" 2>/dev/null
  wait_gone "$1" "$2" && return 0
  echo "stop.sh: $1 did not end on TERM, sending KILL" >&2
  kill -KILL "$1" 2>/dev/null
  wait_gone "$1" 50
}

if is_ours "$master"; then
  # An idling session outlives the master, so note the children while they can be told by their parent.
  children=$(grep -l "^PPid:[[:space:]]*$master\$" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3)
  end "$master" 100
  for child in $children; do end "$child" 30; done
fi
rm -f "$dir/pid"
echo "stopped dovecot pid $master"
