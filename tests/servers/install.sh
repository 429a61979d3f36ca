#!/bin/bash
# install.sh : what the live tests need from Debian. Does nothing when it is there already.
# Exits non-zero, and says what is missing, when it cannot be installed.
# Where systemd runs, Debian may start the Dovecot it installs on the usual ports; the tests never use that one.
set -u
PATH=$PATH:/usr/sbin:/sbin

missing=()
command -v dovecot >/dev/null && [ -x /usr/lib/dovecot/imap ] || missing+=(dovecot-imapd)
command -v openssl >/dev/null || missing+=(openssl)

if [ ${#missing[@]} -eq 0 ]; then
  echo "live servers: dovecot $(dovecot --version | cut -d' ' -f1) and openssl are installed"
  exit 0
fi

fail() {
  echo "live servers: MISSING: ${missing[*]} ($1)" >&2
  echo "live servers: as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
}

command -v apt-get >/dev/null || fail "no apt-get here; install them by hand"
[ "$(id -u)" = 0 ] || fail "installing needs root"

echo "live servers: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null || echo "live servers: apt-get update failed, trying the lists at hand" >&2
# --no-remove: courier-imap and cyrus-imapd conflict with dovecot-imapd, and apt would take the one there is away.
apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}" </dev/null ||
  fail "apt-get install failed, see above; another IMAP server that conflicts is one reason"
