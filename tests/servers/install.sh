#!/bin/bash
# install.sh [--here] : installs what the live tests need from Debian. Does nothing when it is there already.
# Exits non-zero, and says what is missing, when it cannot be installed.
# Where systemd runs, Debian may start the Dovecot that it installs on the usual ports. The tests never use that one.
#
# dovecot-imapd, cyrus-imapd and courier-imap conflict with each other, but their common parts do not. So Dovecot and the
# common parts are installed, and the packages cyrus-imapd and courier-imap are unpacked below a directory of their own:
# SERVERS_ROOT, by default /opt/imap-machine-servers. CYRUS_ROOT and COURIER_ROOT of the start scripts follow from it.
#
# The servers of Debian 13 live in a root of their own, which debootstrap makes (600 MB and a minute, once, as root); see
# common/trixie.sh. There this script runs again, with --here: for that root, and for no further one.
set -u
PATH=$PATH:/usr/sbin:/sbin
servers=${SERVERS_ROOT:-/opt/imap-machine-servers}
tests_servers=$(cd "$(dirname "$0")" && pwd)
. "$tests_servers/common/trixie.sh"
export DEBIAN_FRONTEND=noninteractive

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

fail() {
  echo "live servers: MISSING: ${missing[*]} ${unpack[*]} ($1)" >&2
  [ ${#missing[@]} -eq 0 ] || echo "live servers: as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  return 1
}

unpack() { # name, package
  local fetched unpacked=0
  fetched=$(mktemp -d)
  chmod 777 "$fetched" # apt downloads as another user
  echo "live servers: unpacking $2 below $servers/$1"
  mkdir -p "$servers/$1"
  (cd "$fetched" && apt-get download -qq "$2" </dev/null) && dpkg -x "$fetched/$2"_*.deb "$servers/$1" || unpacked=1
  rm -rf "$fetched"
  [ "$unpacked" = 0 ] || fail "could not fetch and unpack $2"
}

install_here() {
  local name
  if [ ${#missing[@]} -eq 0 ] && [ ${#unpack[@]} -eq 0 ]; then
    echo "live servers: dovecot $(dovecot --version | cut -d' ' -f1), cyrus, courier and openssl are installed"
    return
  fi
  command -v apt-get >/dev/null || { fail "no apt-get here; install them by hand"; return; }
  [ "$(id -u)" = 0 ] || { fail "installing needs root"; return; }
  apt-get update -qq </dev/null || echo "live servers: apt-get update failed, trying the lists at hand" >&2
  if [ ${#missing[@]} -ne 0 ]; then
    echo "live servers: installing ${missing[*]}"
    # Without --no-remove another IMAP server would be removed.
    apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}" </dev/null ||
      { fail "apt-get install failed, see above; another IMAP server that conflicts is one reason"; return; }
  fi
  for name in "${unpack[@]}"; do
    unpack "$name" "$name-imap$([ "$name" = courier ] || echo d)" || return
  done
}

# The root counts as made when `complete` is in it.
install_trixie() {
  local mirror log=$trixie.log
  if [ -e "$trixie/complete" ]; then
    echo "live servers: Debian 13's dovecot and cyrus are installed below $trixie"
    return
  fi
  missing=("Debian 13 below $trixie") unpack=()
  [ "$(id -u)" = 0 ] || { missing_trixie "making it needs root"; return; }
  command -v apt-get >/dev/null || { missing_trixie "it is made with apt-get and debootstrap"; return; }
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  command -v debootstrap >/dev/null || {
    apt-get update -qq </dev/null
    apt-get install -y -qq --no-remove --no-install-recommends debootstrap </dev/null
  } || { missing_trixie "debootstrap cannot be installed"; return; }
  echo "live servers: making $trixie from ${mirror:=http://deb.debian.org/debian/}"
  rm -rf "$trixie"
  mkdir -p "$trixie"
  debootstrap --variant=minbase trixie "$trixie" "$mirror" >"$log" 2>&1 &&
    prepare_trixie &&
    in_trixie / /servers/install.sh --here >>"$log" 2>&1 &&
    touch "$trixie/complete" ||
    { tail -n 20 "$log" >&2; missing_trixie "see above, and $log"; }
}

missing_trixie() {
  echo "live servers: MISSING: Debian 13 below $trixie ($1)" >&2
  return 1
}

# It reaches the mirror as this system does, and starts nothing.
prepare_trixie() {
  apt-config dump | grep -E '^Acquire::(http|https|Check-)' >"$trixie/etc/apt/apt.conf.d/90-as-the-host"
  printf '#!/bin/sh\nexit 101\n' >"$trixie/usr/sbin/policy-rc.d"
  chmod 755 "$trixie/usr/sbin/policy-rc.d"
  cp /etc/hosts /etc/resolv.conf "$trixie/etc/"
}

failed=0
install_here || failed=1
[ "${1:-}" = --here ] || install_trixie || failed=1
exit "$failed"
