#!/bin/bash
# start.sh DIR [PORT TLSPORT] : Dovecot 2.4 of Debian 13 that lives in DIR alone and listens on 127.0.0.1 alone: UTF8=ACCEPT,
# REPLACE, INPROGRESS, LIST-MYRIGHTS; IMAP4rev2 is not compiled in. It runs in the root of ../common/trixie.sh.
# Without ports, or with 0 for one, it takes free ones. Stop it with `stop.sh DIR`.
#
# On success it prints one line and leaves DIR/pid, DIR/port, DIR/tlsport and DIR/certs/ca.crt:
#   ready dovecot24 pid N imap 127.0.0.1:PORT imaps 127.0.0.1:TLSPORT ca DIR/certs/ca.crt in N ms
# On failure it prints why, with the tail of the server's log, and exits non-zero.
#
# Users:  alice/secret  bob/secret (quota 200 MiB)  carol/secret (40 KiB)
# Needs root, as the root of Debian 13 does.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/server.sh"
. "$here/../common/trixie.sh"

[ "$(id -u)" = 0 ] || refuse "only root can enter the root of Debian 13"
[ -e "$trixie/complete" ] || refuse "no Debian 13 below $trixie; run tests/servers/install.sh"
check_directory

prepare_files() {
  local user
  "$here/../common/mkcerts.sh" "$dir/certs"
  rm -f "$dir/pid" "$dir/log/dovecot.log"
  mkdir -p "$dir"/{run,state,mail,log}
  for user in alice bob; do echo "$user:{PLAIN}secret::::::"; done >"$dir/users"
  echo "carol:{PLAIN}secret::::::userdb_quota/User quota/quota_storage_size=40K" >>"$dir/users"
  chmod 755 "$dir" # mktemp -d makes directories that the mail's user cannot enter
  chmod 644 "$dir/users"
  in_trixie "$dir" chown -R nobody:nogroup /srv/mail
}

# DIR is /srv there.
write_configuration() {
  cat >"$dir/dovecot.conf" <<CONF
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = /srv/run
state_dir = /srv/state
log_path = /srv/log/dovecot.log
protocols {
  imap = yes
}
listen = 127.0.0.1
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
mail_home = /srv/mail/%{user | username}
mail_driver = sdbox
mail_path = ~/sdbox
mail_max_userip_connections = 200
mail_utf8_extensions = yes

auth_allow_cleartext = yes
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 scram-sha-1-plus scram-sha-256-plus
auth_failure_delay = 0
ssl = yes
ssl_server_cert_file = /srv/certs/server.pem
ssl_server_key_file = /srv/certs/server.key
passdb passwd-file {
  passwd_file_path = /srv/users
}
userdb passwd-file {
  passwd_file_path = /srv/users
}

mail_plugins {
  quota = yes
  acl = yes
  notify = yes
}
protocol imap {
  mail_plugins {
    imap_quota = yes
    imap_acl = yes
  }
  imap_metadata = yes
}
quota "User quota" {
  driver = count
  quota_storage_size = 200M
}
quota_storage_grace = 0
acl_driver = vfile
mail_attribute {
  dict file {
    path = %{home}/dovecot-attributes
  }
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Drafts {
    special_use = \\Drafts
    auto = create
  }
  mailbox Sent {
    special_use = \\Sent
    auto = subscribe
  }
  mailbox Trash {
    special_use = \\Trash
    auto = create
  }
}

service imap-login {
  chroot =
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = $tlsport
    ssl = yes
  }
}
service anvil {
  chroot =
  # Each failed login would make the next one from the same address slower.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
CONF
}

# Not until the greeting is it safe to stop Dovecot: in its first moments it takes seconds to obey a TERM.
wait_ready() {
  local end=$((SECONDS + 20))
  until [ -s "$dir/run/master.pid" ]; do
    [ "$SECONDS" -lt "$end" ] || fail "no master.pid in 20 s"
    sleep 0.05
  done
  cp "$dir/run/master.pid" "$dir/pid"
  wait_greeting
}

prepare_files
choose_ports
write_configuration
in_trixie "$dir" dovecot -c /srv/dovecot.conf </dev/null >"$dir/start.log" 2>&1 ||
  { cat "$dir/start.log" >&2; fail "dovecot did not start"; }
wait_ready
ready dovecot24
