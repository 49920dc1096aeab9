#!/usr/bin/env bash
# Ubuntu 24.04 lets only programs with an AppArmor profile make user namespaces, and jails are made of
# them. This gives bubblewrap a profile that allows just that. Other systems need nothing.
set -euo pipefail

switch=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
[ -r "$switch" ] && [ "$(cat "$switch")" = 1 ] || exit 0
profile=/etc/apparmor.d/bottega-bwrap
[ -e "$profile" ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
echo "installing $profile: this Ubuntu allows user namespaces only to programs with a profile, and jails need them"
"${as_root[@]}" tee "$profile" >/dev/null <<'PROFILE'
# Lets bubblewrap, and the jails in it, make user namespaces; nothing else is changed.
abi <abi/4.0>,
include <tunables/global>
profile bottega-bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
}
PROFILE
"${as_root[@]}" apparmor_parser -r "$profile" || echo "AppArmor did not take the profile; \`bottega doctor\` tells what remains" >&2
