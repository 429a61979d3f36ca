# To be sourced. free_port: a port on 127.0.0.1 that is free now, below 32768, where Linux begins to give ports to outgoing
# connections. greeting PORT: whether an IMAP server greets there; an open port alone says little.

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

greeting() {
  local line
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    read -r -t 5 line <&3
    [[ $line == "* OK"* ]]
  ) 2>/dev/null
}

wait_greeting() { # port, seconds
  local end=$((SECONDS + $2))
  while [ "$SECONDS" -lt "$end" ]; do
    if greeting "$1"; then return; fi
    sleep 0.05
  done
  return 1
}
