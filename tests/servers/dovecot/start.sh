#!/bin/bash
# start.sh DIR [PORT TLSPORT] : Dovecot 2.3 that lives in DIR alone and listens on 127.0.0.1 alone.
# Without ports, or with 0 for one, it takes free ones. Stop it with `stop.sh DIR`.
#
# On success it prints one line and leaves DIR/pid, DIR/port, DIR/tlsport and DIR/certs/ca.crt:
#   ready dovecot pid N imap 127.0.0.1:PORT imaps 127.0.0.1:TLSPORT ca DIR/certs/ca.crt in N ms
# On failure it prints why, with the tail of the server's log, and exits non-zero.
#
# Users:  alice/secret  bob/secret (quota 200 MiB)  carol/secret (40 KiB, 10 messages)  dave/secret (8 GiB)
# XOAUTH2 and OAUTHBEARER: an HS256 JSON Web Token {sub, iat, exp} signed with the key "sesame".
# Environment:  MAILFMT=sdbox|mdbox|maildir   LITERAL_MINUS=1   EXTRA=file appended to the configuration
# Runs as root (mail belongs to the user nobody) or unprivileged.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/server.sh"
log=$dir/log/dovecot.log

check_surroundings() {
  local version
  command -v dovecot >/dev/null || refuse "no dovecot here; run tests/servers/install.sh"
  version=$(dovecot --version)
  [[ $version == 2.3.* ]] || refuse "this configuration is for Dovecot 2.3, and this is $version"
  check_socket_names
  check_directory
}

prepare_files() {
  "$here/../common/mkcerts.sh" "$dir/certs"
  mkdir -p "$dir"/{run,state,mail,log,oauth/default/HS256}
  rm -f "$dir/pid" "$log"
  cat >"$dir/users" <<USERS
alice:{PLAIN}secret::::::
bob:{PLAIN}secret::::::
carol:{PLAIN}secret::::::userdb_quota_rule=*:storage=40K userdb_quota_rule2=*:messages=10
dave:{PLAIN}secret::::::userdb_quota_rule=*:storage=8G
USERS
  # Where introspection_mode = local looks for the key: <azp or default>/<algorithm>/<kid or default>.
  printf sesame | base64 >"$dir/oauth/default/HS256/default"
  cat >"$dir/oauth2.conf" <<OAUTH
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$dir/oauth/
username_attribute = sub
OAUTH
  chmod -R a+rX "$dir/oauth" "$dir/oauth2.conf" "$dir/users" "$dir/certs"
}

choose_users() {
  if [ "$(id -u)" = 0 ]; then
    internal_user=dovecot internal_group=dovecot login_user=dovenull mail_user=nobody mail_group=nogroup
    chown -R nobody:nogroup "$dir/mail"
    chmod 755 "$dir" "$dir/run" # mktemp -d makes directories that the user nobody cannot enter
    setpriv --reuid=nobody --regid=nogroup --clear-groups test -r "$dir/users" ||
      refuse "user nobody cannot reach $dir; a directory above it is closed to others"
  else
    internal_user=$(id -un) internal_group=$(id -gn)
    login_user=$internal_user mail_user=$internal_user mail_group=$internal_group
  fi
}

write_configuration() {
  local literal_minus=no mailfmt=${MAILFMT:-sdbox}
  [ -z "${LITERAL_MINUS:-}" ] || literal_minus=yes
  cat >"$dir/dovecot.conf" <<CONF
base_dir = $dir/run
state_dir = $dir/state
instance_name = imap-machine-test-$port
log_path = $log
info_log_path = $log
protocols = imap
listen = 127.0.0.1
default_internal_user = $internal_user
default_internal_group = $internal_group
default_login_user = $login_user
mail_uid = $mail_user
mail_gid = $mail_group
first_valid_uid = 1
first_valid_gid = 1
mail_home = $dir/mail/%n
mail_location = $mailfmt:~/$mailfmt
mail_max_userip_connections = 200
default_process_limit = 500
default_client_limit = 2000

disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer
auth_failure_delay = 0
ssl = yes
ssl_cert = <$dir/certs/server.pem
ssl_key = <$dir/certs/server.key
ssl_min_protocol = TLSv1.2
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $dir/oauth2.conf
}
passdb {
  driver = passwd-file
  mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256
  args = username_format=%n $dir/users
}
userdb {
  driver = passwd-file
  args = username_format=%n $dir/users
}

mail_plugins = quota acl notify
mail_attribute_dict = file:%h/dovecot-attributes
protocol imap {
  mail_plugins = \$mail_plugins imap_quota imap_acl imap_zlib
  imap_metadata = yes
  imap_urlauth_host = *
  imap_idle_notify_interval = 2 mins
  imap_literal_minus = $literal_minus
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=200M
  quota_grace = 0%%
  acl = vfile
  acl_shared_dict = file:$dir/mail/shared-mailboxes
}
namespace inbox {
  inbox = yes
  separator = /
  prefix =
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
  mailbox Junk {
    special_use = \\Junk
    auto = create
  }
  mailbox Archive {
    special_use = \\Archive
    auto = create
  }
}
namespace shared {
  type = shared
  separator = /
  prefix = shared/%%u/
  location = $mailfmt:%%h/$mailfmt
  subscriptions = no
  list = children
}

# Without chroot everything also runs unprivileged.
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = $tlsport
    ssl = yes
  }
}
service imap-urlauth-login {
  chroot =
}
service imap {
  process_limit = 500
}
service anvil {
  chroot =
  # Each failed login would make the next one from the same address slower.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
CONF
  [ -z "${EXTRA:-}" ] || cat "$EXTRA" >>"$dir/dovecot.conf"
}

# Another process may take a port before Dovecot does. Then Dovecot does not start, and this tries other ports.
launch() {
  local attempt
  for attempt in 1 2 3 4 5; do
    choose_ports
    write_configuration
    if dovecot -c "$dir/dovecot.conf" </dev/null >"$dir/start.log" 2>&1; then return; fi
    grep -q 'Address already in use' "$dir/start.log" || break
    [ "$want_port$want_tlsport" = 00 ] || break
    echo "start.sh: attempt $attempt: port $port or $tlsport was taken meanwhile" >&2
  done
  cat "$dir/start.log" >&2
  fail "dovecot did not start"
}

# Only the greeting says that the login process has reached the auth process. Nor is it safe to stop Dovecot earlier: in its
# first moments it takes seconds to obey a TERM.
wait_ready() {
  local end=$((SECONDS + 20))
  until [ -s "$dir/run/master.pid" ]; do
    [ "$SECONDS" -lt "$end" ] || fail "no master.pid in 20 s"
    sleep 0.05
  done
  cp "$dir/run/master.pid" "$dir/pid"
  wait_greeting
}

check_surroundings
prepare_files
choose_users
launch
wait_ready
ready dovecot
