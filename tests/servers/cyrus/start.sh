#!/bin/bash
# start.sh DIR [PORT TLSPORT] : Cyrus IMAP 3.6 that lives in DIR alone and listens on 127.0.0.1 alone.
# Without ports, or with 0 for one, it takes free ones. Stop it with `stop.sh DIR`.
#
# On success it prints one line and leaves DIR/pid, DIR/port, DIR/tlsport and DIR/certs/ca.crt:
#   ready cyrus pid N imap 127.0.0.1:PORT imaps 127.0.0.1:TLSPORT ca DIR/certs/ca.crt in N ms
# On failure it prints why and exits non-zero. Cyrus logs to syslog only.
#
# Users:  alice/secret  bob/secret
# Environment:  CYRUS_ROOT is where imapd and idled were unpacked, since the package cyrus-imapd conflicts with Dovecot's. By
# default it is where tests/servers/install.sh unpacks them. It is not used where the package is installed.
# Runs as root (mail belongs to cyrus) or unprivileged.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/server.sh"
bin=/usr/lib/cyrus/bin
root=
[ -x "$bin/imapd" ] || root=${CYRUS_ROOT:-/opt/imap-machine-servers/cyrus}

[ -x "$bin/master" ] && [ -x "$root$bin/imapd" ] || refuse "no Cyrus here; run tests/servers/install.sh"
check_socket_names
check_directory

prepare_files() {
  local user
  "$here/../common/mkcerts.sh" "$dir/certs"
  rm -f "$dir/pid" "$dir/run/master.pid"
  mkdir -p "$dir"/{conf,spool,sieve,run/proc,run/lock,run/socket}
  mkdir -p "$dir"/conf/{db,proc,lock,socket,log,msg,user,quota,backup,ptclient,sync}
  if [ ! -s "$dir/sasldb2" ]; then
    for user in alice bob; do
      echo secret | saslpasswd2 -c -p -f "$dir/sasldb2" -u localhost "$user"
    done
  fi
  if [ "$(id -u)" = 0 ]; then
    run_as=cyrus
    chmod 755 "$dir" # mktemp -d makes directories that cyrus cannot enter
    chown -R cyrus:mail "$dir"/{conf,spool,run,sieve,sasldb2}
    setpriv --reuid=cyrus --regid=mail --clear-groups test -r "$dir/certs/server.key" ||
      refuse "user cyrus cannot reach $dir; a directory above it is closed to others"
  else
    run_as=$(id -un)
  fi
}

# expunge_mode: with `immediate` imapd 3.6 fails an assertion (mailbox.c: record->recno) and ends the session that fetches the
# body of a message which another has just expunged.
write_configuration() {
  cat >"$dir/imapd.conf" <<CONF
configdirectory: $dir/conf
proc_path: $dir/run/proc
mboxname_lockpath: $dir/run/lock
defaultpartition: default
partition-default: $dir/spool
sievedir: $dir/sieve
idlesocket: $dir/run/socket/idle
lmtpsocket: $dir/run/socket/lmtp
notifysocket: $dir/run/socket/notify
servername: localhost
defaultdomain: localhost
altnamespace: yes
unixhierarchysep: yes
virtdomains: off
umask: 077
hashimapspool: yes
allowplaintext: yes
allowanonymouslogin: no
failedloginpause: 0
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $dir/sasldb2
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
sasl_auto_transition: no
sasl_minimum_layer: 0
sasl_maximum_layer: 0
tls_server_cert: $dir/certs/server.crt
tls_server_key: $dir/certs/server.key
tls_server_ca_file: $dir/certs/ca.crt
tls_session_timeout: 0
autocreate_quota: 0
autocreate_post: yes
delete_mode: immediate
expunge_mode: delayed
imapidlepoll: 5
imapidresponse: yes
maxmessagesize: 0
conversations: no
syslog_prefix: cyrus-$port
CONF
  cat >"$dir/cyrus.conf" <<CONF
START {
  recover cmd="$bin/ctl_cyrusdb -C $dir/imapd.conf -r"
}
DAEMON {
  idled cmd="$root$bin/idled -C $dir/imapd.conf"
}
SERVICES {
  imap  cmd="$root$bin/imapd -C $dir/imapd.conf -U 30" listen="127.0.0.1:$port" prefork=2 maxchild=200
  imaps cmd="$root$bin/imapd -C $dir/imapd.conf -s -U 30" listen="127.0.0.1:$tlsport" prefork=1 maxchild=200
}
EVENTS {
  checkpoint cmd="$bin/ctl_cyrusdb -C $dir/imapd.conf -c" period=30
}
CONF
}

# INBOX is made at the first login.
log_in_once() { # user
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'a LOGIN %s secret\r\nz LOGOUT\r\n' "$1" >&3
  timeout 10 cat <&3 >>"$dir/first-login.log"
  exec 3>&-
}

prepare_files
choose_ports
write_configuration
CYRUS_USER=$run_as "$bin/master" -C "$dir/imapd.conf" -M "$dir/cyrus.conf" -p "$dir/run/master.pid" -d \
  </dev/null >"$dir/start.log" 2>&1 || { cat "$dir/start.log" >&2; fail "master did not start"; }
wait_greeting
# This file has no line end.
tr -dc 0-9 <"$dir/run/master.pid" >"$dir/pid"
for user in alice bob; do log_in_once "$user"; done
ready cyrus
