#!/bin/bash
# stop.sh DIR NAME : ends the server NAME that a start.sh put into DIR, and waits until it is gone.
# It ends only the processes whose pids stand in DIR/pid and DIR/pid.*, and the children of the first.
set -u
dir=$1 name=$2

# A zombie counts as gone: in a container pid 1 may reap it late.
alive() { [ -r "/proc/$1/status" ] && ! grep -q '^State:.Z' "/proc/$1/status"; }
# The system may have given a pid to another process since. Ours have the directory or the name in their command line.
is_ours() { grep -qsaF -e "$dir" -e "$name" "/proc/$1/cmdline"; }

end() {
  local i
  is_ours "$1" || return 0
  kill -TERM "$1" 2>/dev/null
  for ((i = 0; i < 80; i++)); do
    alive "$1" || return 0
    sleep 0.1
  done
  echo "stop.sh: $1 did not end on TERM, sending KILL" >&2
  kill -KILL "$1" 2>/dev/null
}

ended=0
for file in "$dir/pid" "$dir"/pid.*; do
  [ -s "$file" ] || continue
  pid=$(cat "$file")
  # Sessions may outlive the master, so note the children while their parent is known.
  children=$(grep -l "^PPid:[[:space:]]*$pid\$" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3)
  end "$pid"
  for child in $children; do end "$child"; done
  rm -f "$file"
  ended=$((ended + 1))
done
echo "stopped $name ($ended processes)"
