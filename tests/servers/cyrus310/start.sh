#!/bin/bash
# start.sh DIR [PORT TLSPORT] : Cyrus IMAP 3.10 of Debian 13 that lives in DIR alone and listens on 127.0.0.1 alone: IMAP4rev2,
# UIDONLY, MULTISEARCH, LIST-METADATA, NOTIFY, REPLACE. It is ../cyrus/start.sh, run in the root of ../common/trixie.sh.
# Without ports, or with 0 for one, it takes free ones. Stop it with `stop.sh DIR`.
#
# On success it prints one line and leaves DIR/pid, DIR/port, DIR/tlsport and DIR/certs/ca.crt:
#   ready cyrus310 pid N imap 127.0.0.1:PORT imaps 127.0.0.1:TLSPORT ca DIR/certs/ca.crt in N ms
# On failure it prints why and exits non-zero. Cyrus logs to syslog only.
#
# Users:  alice/secret  bob/secret
# Needs root, as the root of Debian 13 does.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/server.sh"
. "$here/../common/trixie.sh"

[ "$(id -u)" = 0 ] || refuse "only root can enter the root of Debian 13"
[ -e "$trixie/complete" ] || refuse "no Debian 13 below $trixie; run tests/servers/install.sh"
check_directory
rm -f "$dir/pid"
chmod 755 "$dir"
# Here, since the openssl of Debian 13 makes no certificate that has expired already.
"$here/../common/mkcerts.sh" "$dir/certs"
in_trixie "$dir" bash /servers/cyrus/start.sh /srv "$want_port" "$want_tlsport" >"$dir/inside.log" 2>&1 </dev/null || {
  cat "$dir/inside.log" >&2
  fail "Cyrus did not start in $trixie"
}
port=$(cat "$dir/port") tlsport=$(cat "$dir/tlsport")
ready cyrus310
