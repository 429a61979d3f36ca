#!/bin/bash
# install.sh : installs what the live tests need from Debian. Does nothing when it is there already.
# Exits non-zero, and says what is missing, when it cannot be installed.
# Where systemd runs, Debian may start the Dovecot that it installs on the usual ports. The tests never use that one.
#
# dovecot-imapd, cyrus-imapd and courier-imap conflict with each other, but their common parts do not. So Dovecot and the
# common parts are installed, and the packages cyrus-imapd and courier-imap are unpacked below a directory of their own:
# SERVERS_ROOT, by default /opt/imap-machine-servers. CYRUS_ROOT and COURIER_ROOT of the start scripts follow from it.
set -u
PATH=$PATH:/usr/sbin:/sbin
servers=${SERVERS_ROOT:-/opt/imap-machine-servers}

missing=()
unpack=()
command -v dovecot >/dev/null && [ -x /usr/lib/dovecot/imap ] || missing+=(dovecot-imapd)
command -v openssl >/dev/null || missing+=(openssl)
[ -x /usr/lib/cyrus/bin/master ] || missing+=(cyrus-common)
command -v saslpasswd2 >/dev/null || missing+=(sasl2-bin)
compgen -G '/usr/lib/*/sasl2/libsasldb.so' >/dev/null || missing+=(libsasl2-modules-db)
compgen -G '/usr/lib/*/sasl2/libscram.so' >/dev/null || missing+=(libsasl2-modules)
command -v couriertcpd >/dev/null && [ -x /usr/bin/couriertls ] || missing+=(courier-base)
command -v userdb >/dev/null || missing+=(courier-authlib-userdb)
[ -x /usr/lib/cyrus/bin/imapd ] || [ -x "$servers/cyrus/usr/lib/cyrus/bin/imapd" ] || unpack+=(cyrus)
[ -x /usr/lib/courier/courier/imaplogin ] || [ -x "$servers/courier/usr/lib/courier/courier/imaplogin" ] || unpack+=(courier)

if [ ${#missing[@]} -eq 0 ] && [ ${#unpack[@]} -eq 0 ]; then
  echo "live servers: dovecot $(dovecot --version | cut -d' ' -f1), cyrus, courier and openssl are installed"
  exit 0
fi

fail() {
  echo "live servers: MISSING: ${missing[*]} ${unpack[*]} ($1)" >&2
  [ ${#missing[@]} -eq 0 ] || echo "live servers: as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
}

command -v apt-get >/dev/null || fail "no apt-get here; install them by hand"
[ "$(id -u)" = 0 ] || fail "installing needs root"

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null || echo "live servers: apt-get update failed, trying the lists at hand" >&2

if [ ${#missing[@]} -ne 0 ]; then
  echo "live servers: installing ${missing[*]}"
  # Without --no-remove another IMAP server would be removed.
  apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}" </dev/null ||
    fail "apt-get install failed, see above; another IMAP server that conflicts is one reason"
fi

unpack() { # name, package
  local fetched
  fetched=$(mktemp -d)
  chmod 777 "$fetched" # apt downloads as another user
  echo "live servers: unpacking $2 below $servers/$1"
  mkdir -p "$servers/$1"
  (cd "$fetched" && apt-get download -qq "$2" </dev/null) && dpkg -x "$fetched/$2"_*.deb "$servers/$1" ||
    fail "could not fetch and unpack $2"
  rm -rf "$fetched"
}

for name in "${unpack[@]}"; do
  case $name in
    cyrus) unpack cyrus cyrus-imapd ;;
    courier) unpack courier courier-imap ;;
  esac
done
