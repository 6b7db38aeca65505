# $1 is 0 at a removal, 1 at an upgrade.
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload || :
    [ "$1" -lt 1 ] || systemctl try-restart mizo-relay.service || :
fi
if [ "$1" -eq 0 ] && [ -d /var/lib/mizo-relay ]; then
    echo "Mizo Relay is removed. Its data is kept in /var/lib/mizo-relay; delete that folder to be rid of it."
fi
