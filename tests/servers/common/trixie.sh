# Debian 13 (trixie) in a root of its own, `trixie`, which install.sh makes: for servers that are newer than this system's.
# Source this file.
trixie=${TRIXIE_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/imap-machine/trixie}

# Runs a command there. `dir` is /srv there, and tests/servers is /servers. The mounts are in a namespace of their own, so they
# end with the last process that the command leaves, and this system never sees them.
in_trixie() { # dir, command...
  local servers
  servers=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  unshare --mount --propagation private bash -c '
    set -e
    root=$1 servers=$2 dir=$3
    shift 3
    mkdir -p "$root/servers"
    mount --bind "$servers" "$root/servers"
    [ "$dir" = / ] || mount --bind "$dir" "$root/srv"
    mount --rbind /dev "$root/dev"
    mount --rbind /proc "$root/proc"
    exec env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"
  ' in_trixie "$trixie" "$servers" "$@"
}
