# What the start scripts share. Each sources this file with its own arguments, DIR [PORT TLSPORT], and with `here` set to its
# folder. It sets `dir`, makes that directory, and notes when it began.
PATH=$PATH:/usr/sbin:/sbin
[ $# -ge 1 ] || { echo "usage: start.sh DIR [PORT TLSPORT]" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
want_port=${2:-0} want_tlsport=${3:-0}
begin=$(date +%s%N)

# Before anything has been started: a server that runs in DIR already goes on.
refuse() {
  echo "start.sh: $1" >&2
  exit 1
}

# Afterwards: shows the logs, and stops what was started.
fail() {
  tail -n 20 "$dir"/log/* >&2 2>/dev/null || true
  "$here/stop.sh" "$dir" >&2
  refuse "$1"
}

check_directory() {
  [[ $dir != *[[:space:]]* ]] || refuse "'$dir' has a blank in it"
  [ ! -s "$dir/pid" ] || ! kill -0 "$(cat "$dir/pid")" 2>/dev/null || refuse "a server runs in $dir already"
}

check_socket_names() {
  [ ${#dir} -le 60 ] || refuse "$dir is too long a name: the names of Unix sockets in it end at 107 octets"
}

# A port on 127.0.0.1 that is free now. It is below 32768, where Linux begins to give ports to outgoing connections.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# Sets `port` and `tlsport`, as they were asked for, or to free ones.
choose_ports() {
  port=$want_port tlsport=$want_tlsport
  [ "$port" != 0 ] || port=$(free_port)
  while [ "$tlsport" = 0 ] || [ "$tlsport" = "$port" ]; do tlsport=$(free_port); done
}

# Whether an IMAP server greets. An open port alone says little.
greeting() { # port
  local line
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    read -r -t 5 line <&3
    [[ $line == "* OK"* ]]
  ) 2>/dev/null
}

wait_greeting() {
  local end=$((SECONDS + 20))
  while [ "$SECONDS" -lt "$end" ]; do
    if greeting "$port"; then return; fi
    sleep 0.05
  done
  fail "no greeting on 127.0.0.1:$port in 20 s"
}

# Leaves DIR/port and DIR/tlsport, and prints the line that says that the server is ready.
ready() { # name
  local took=$((($(date +%s%N) - begin) / 1000000))
  echo "$port" >"$dir/port"
  echo "$tlsport" >"$dir/tlsport"
  echo "ready $1 pid $(cat "$dir/pid") imap 127.0.0.1:$port imaps 127.0.0.1:$tlsport ca $dir/certs/ca.crt in $took ms"
}
