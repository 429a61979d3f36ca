#!/bin/bash
# start.sh DIR [PORT TLSPORT] : Courier IMAP 5.0 that lives in DIR alone and listens on 127.0.0.1 alone.
# Without ports, or with 0 for one, it takes free ones. Stop it with `stop.sh DIR`.
#
# On success it prints one line and leaves DIR/pid, DIR/port, DIR/tlsport and DIR/certs/ca.crt:
#   ready courier pid N imap 127.0.0.1:PORT imaps 127.0.0.1:TLSPORT ca DIR/certs/ca.crt in N ms
# On failure it prints why, with the tail of the server's log, and exits non-zero.
#
# Users:  alice/secret  bob/secret
# Environment:  COURIER_ROOT is where courier-imap was unpacked, since that package conflicts with Dovecot's. By default it is
# where tests/servers/install.sh unpacks it. It is not used where the package is installed.
# /etc/courier and /run/courier are compiled in, so the server has a mount namespace of its own, with directories of DIR in
# their place.
# Runs as root (mail belongs to the user nobody), or unprivileged where user namespaces are allowed; then STARTTLS fails.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/server.sh"
lib=/usr/lib/courier/courier
root=
[ -x "$lib/imaplogin" ] || root=${COURIER_ROOT:-/opt/imap-machine-servers/courier}

command -v couriertcpd >/dev/null && [ -x "$root$lib/imaplogin" ] || refuse "no Courier here; run tests/servers/install.sh"
check_directory

choose_users() {
  if [ "$(id -u)" = 0 ]; then
    mail_user=$(id -u nobody) mail_group=$(id -g nobody) tls_user=courier
    namespace="unshare -m"
    mkdir -p /run/courier
  else
    mail_user=$(id -u) mail_group=$(id -g) tls_user=$(id -un)
    namespace="unshare -Um --map-current-user --keep-caps"
    [ -d /run/courier ] || refuse "/run/courier must exist: mkdir it once as root"
  fi
}

prepare_files() {
  local user maildir
  "$here/../common/mkcerts.sh" "$dir/certs"
  rm -f "$dir"/pid "$dir"/pid.*
  mkdir -p "$dir"/{etc/shared,run/authdaemon,mail,log}
  cat >"$dir/etc/authdaemonrc" <<CONF
authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=3
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
CONF
  for user in alice bob; do
    maildir=$dir/mail/$user/Maildir
    [ -d "$maildir" ] || { mkdir -p "$dir/mail/$user"; maildirmake.courier "$maildir"; }
  done
  if [ "$(id -u)" = 0 ]; then
    chmod 755 "$dir"
    chown -R "$mail_user:$mail_group" "$dir/mail"
  fi
}

write_configuration() {
  local capability="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"
  capability="$capability AUTH=CRAM-MD5 AUTH=CRAM-SHA1 AUTH=CRAM-SHA256 AUTH=PLAIN"
  cat >"$dir/env.sh" <<CONF
IMAP_CAPABILITY="$capability"
IMAP_CAPABILITY_TLS="$capability"
IMAP_KEYWORDS=1
IMAP_ACL=1
IMAP_PROXY=0
IMAP_IDLE_TIMEOUT=1
IMAP_MAILBOX_SANITY_CHECK=0
IMAP_DISABLETHREADSORT=0
IMAP_CHECK_ALL_FOLDERS=0
IMAP_OBSOLETE_CLIENT=0
IMAP_USELOCKS=1
IMAP_ENHANCEDIDLE=0
IMAP_TRASHFOLDERNAME=Trash
IMAP_EMPTYTRASH=Trash:7
IMAP_MOVE_EXPUNGE_TO_TRASH=0
IMAP_SHAREDINDEXFILE=/etc/courier/shared/index
IMAP_TLS_REQUIRED=0
SENDMAIL=/bin/false
HEADERFROM=X-IMAP-Sender
COURIERTLS=/usr/bin/couriertls
TLS_CERTFILE=$dir/certs/server.pem
TLS_TRUSTCERTS=$dir/certs/ca.crt
TLS_VERIFYPEER=NONE
MAILDIRPATH=Maildir
PATH=/usr/sbin:/usr/bin:/sbin:/bin
CONF
  # What runs inside the namespace.
  cat >"$dir/inside.sh" <<INSIDE
#!/bin/bash
set -e
mount --bind $dir/etc /etc/courier
mount --bind $dir/run /run/courier
if [ ! -s /etc/courier/userdb.dat ]; then
  for user in alice bob; do
    userdb \$user set uid=$mail_user gid=$mail_group home=$dir/mail/\$user mail=$dir/mail/\$user/Maildir
    echo secret | userdbpw -md5 | userdb \$user set systempw
    for hash in md5 sha1 sha256; do echo secret | userdbpw -hmac-\$hash | userdb \$user set hmac-\${hash}pw; done
  done
  chmod 700 /etc/courier/userdb
  makeuserdb
fi
if [ "\$(id -u)" = 0 ]; then
  chmod 755 /etc/courier /run/courier /run/courier/authdaemon
  chown courier:courier /run/courier/authdaemon
fi
set -a; . $dir/env.sh; set +a
/usr/lib/courier/courier-authlib/authdaemond >$dir/log/authdaemond.log 2>&1 </dev/null &
echo \$! >$dir/pid.authdaemond
tcpd="couriertcpd -address=127.0.0.1 -maxprocs=200 -maxperip=200 -nodnslookup -noidentlookup"
login="$root$lib/imaplogin $root/usr/bin/imapd Maildir"
IMAP_STARTTLS=YES \$tcpd $port \$login >$dir/log/imapd.log 2>&1 </dev/null &
echo \$! >$dir/pid
IMAP_TLS=1 \$tcpd $tlsport \$COURIERTLS -server -tcpd -user=$tls_user \$login >$dir/log/imaps.log 2>&1 </dev/null &
echo \$! >$dir/pid.imaps
INSIDE
}

choose_users
prepare_files
choose_ports
write_configuration
setsid $namespace --propagation private bash "$dir/inside.sh" || fail "the namespace could not be made"
wait_greeting
end=$((SECONDS + 20))
until [ -S "$dir/run/authdaemon/socket" ]; do
  [ "$SECONDS" -lt "$end" ] || fail "authdaemond did not start in 20 s"
  sleep 0.05
done
ready courier
