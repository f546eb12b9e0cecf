#!/bin/sh
# autogen.sh - prepare a fresh clone
#
#   ./autogen.sh                bootstrap: write configure (needs autoconf, automake, pkgconf)
#   ./autogen.sh --deps all     install the Debian packages for building and running, then build
#   ./autogen.sh --deps demo    the same, then show the main job on an embedded PostgreSQL: mailgw/mailgw demo
#   ./autogen.sh --deps check   install those for testing too, build, and pass every test
#
# Packages stand in .ci/debian-packages.  What is there already is not asked for again, and nothing is ever removed.
set -eu

cd "$(dirname "$0")"
packages_file=.ci/debian-packages

usage() {
    sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"
}

say() {
    printf 'autogen.sh: %s\n' "$*"
}

die() {
    printf 'autogen.sh: %s\n' "$*" >&2
    exit 1
}

# The packages of the groups named, one a line.
packages_of() {
    awk -v wanted=" $* " '
        { sub(/#.*/, ""); gsub(/[ \t]/, "") }
        /^$/ { next }
        /^\[/ { group = substr($0, 2, length($0) - 2); next }
        index(wanted, " " group " ") { print }' "$packages_file"
}

# Those of standard input that are not installed.
missing_of() {
    while read -r package; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) in
        installed) ;;
        *) printf '%s\n' "$package" ;;
        esac
    done
}

# --- installing (as root) -------------------------------------------------------------------------------------------

policy_file=/usr/sbin/policy-rc.d
policy_mark='written by autogen.sh of mailgw for the time of an installation'
cluster_dir=/etc/postgresql-common/createcluster.d
cluster_file=$cluster_dir/mailgw-no-main-cluster.conf
made_dirs=

# invoke-rc.d and deb-systemd-invoke ask policy-rc.d; 101 says no.  One that is there already is the operator's own.
hold_services() {
    if [ -e "$policy_file" ] && ! grep -qs "$policy_mark" "$policy_file"; then
        say "leaving $policy_file as it is: it decides whether services start"
    else
        printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" >"$policy_file"
        chmod 755 "$policy_file"
    fi
}

# The postinst of postgresql-15 reads createcluster.conf, which includes this directory.  On a fresh machine both the
# directory and postgresql-common are still to come; dpkg takes a directory that is there for its own.
hold_cluster() {
    for dir in /etc/postgresql-common "$cluster_dir"; do
        if [ ! -d "$dir" ]; then
            mkdir "$dir"
            made_dirs="$dir $made_dirs"
        fi
    done
    printf 'create_main_cluster = false\n' >"$cluster_file"
}

release_holds() {
    if grep -qs "$policy_mark" "$policy_file"; then
        rm -f "$policy_file"
    fi
    rm -f "$cluster_file"
    for dir in $made_dirs; do
        rmdir "$dir" 2>/dev/null || true
    done
}

# Postfix and Dovecot come enabled: without this they would start at the next boot of a machine that only ran tests.
keep_disabled() {
    command -v systemctl >/dev/null || return 0
    for unit in postfix dovecot; do
        case " $* " in
        *" $unit "* | *" $unit-core "*) systemctl --quiet disable "$unit.service" >/dev/null 2>&1 || true ;;
        esac
    done
}

apt_options='-y --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold'

refuse_removals() {
    # shellcheck disable=SC2086
    plan=$(LC_ALL=C apt-get -s install $apt_options "$@") || {
        printf '%s\n' "$plan" >&2
        die "apt cannot install these packages (see above); nothing was installed"
    }
    removed=$(printf '%s\n' "$plan" | awk '$1 == "Remv" { printf " %s", $2 }')
    if [ -n "$removed" ]; then
        die "installing them would remove:$removed; nothing was installed.  Remove these yourself if you" \
            "can do without them, or use another machine or a container."
    fi
    printf '%s\n' "$plan" |
        awk '$1 == "Inst" { n++ } END { printf "autogen.sh: with what they need: %d packages\n", n }'
}

install_as_root() {
    export DEBIAN_FRONTEND=noninteractive
    trap release_holds EXIT
    trap 'exit 1' HUP INT TERM
    apt-get -q update
    refuse_removals "$@"
    hold_services
    hold_cluster
    case " $* " in
    *" postfix "*) # No main.cf: the tests bring their own, and no mail server is left half set up.
        command -v debconf-set-selections >/dev/null &&
            echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections ;;
    esac
    # shellcheck disable=SC2086
    apt-get -q install $apt_options "$@"
    keep_disabled "$@"
    release_holds
    trap - EXIT HUP INT TERM
}

install_groups() {
    command -v dpkg-query >/dev/null || die "--deps knows Debian only; elsewhere install what $packages_file names"
    # shellcheck disable=SC2046
    set -- $(packages_of "$@" | missing_of)
    if [ $# -eq 0 ]; then
        say "all packages are there"
    elif [ "$(id -u)" -eq 0 ]; then
        say "installing: $*"
        install_as_root "$@"
    elif sudo -n true 2>/dev/null; then
        say "installing, with sudo: $*"
        sudo -n "$PWD/autogen.sh" --install-only "$@"
    else
        printf '%s\n' "autogen.sh: packages are missing, and only root can install them.  Run this, then again what you ran:" \
            "" "    su -c '$PWD/autogen.sh --install-only $*'" "" >&2
        exit 1
    fi
}

# --- building -------------------------------------------------------------------------------------------------------

# configure is written before Makefile.in and the auxiliary files; only all of them together are a finished bootstrap.
bootstrapped() {
    [ -x configure ] && [ -f Makefile.in ] && [ -f config.h.in ] && [ -f build-aux/tap-driver.sh ]
}

# Later runs leave it to make to notice a changed configure.ac or module.mk.
build() {
    bootstrapped || autoreconf -fi
    if [ ! -f Makefile ] || [ ! -f config.status ]; then
        ./configure
    fi
    make -j"$(nproc)"
}

check() {
    rm -f tests/summary.log
    status=0
    make -j"$(nproc)" check || status=1
    # The closing line once more, because make has its own last words.
    tail -n 1 tests/summary.log || status=1
    exit $status
}

case ${1-} in
'')
    exec autoreconf -fi
    ;;
--deps)
    [ $# -eq 2 ] || { usage >&2; exit 2; }
    case $2 in
    all)
        install_groups build run
        build
        ;;
    demo)
        install_groups build run
        build
        exec mailgw/mailgw demo
        ;;
    check)
        install_groups build run check
        build
        check
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
    ;;
--install-only) # what --deps runs as root; the arguments are packages
    shift
    [ $# -gt 0 ] || { usage >&2; exit 2; }
    [ "$(id -u)" -eq 0 ] || die "--install-only needs root"
    install_as_root "$@"
    ;;
-h | --help)
    usage
    ;;
*)
    usage >&2
    exit 2
    ;;
esac
