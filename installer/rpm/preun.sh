# $1 is 0 at a removal, 1 at an upgrade: then the daemon works on until the new program is there.
if [ "$1" -eq 0 ]; then
    systemctl --no-reload disable --now mizo-relay.service >/dev/null 2>&1 || :
fi
