# $1 is 1 at the first installation, 2 at an upgrade.
systemd-sysusers mizo-relay.conf
systemd-tmpfiles --create mizo-relay.conf
if [ "$1" -eq 1 ]; then
    systemctl --no-reload enable mizo-relay.service >/dev/null 2>&1 || :
fi
if [ "$1" -eq 1 ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload || :
    if systemctl start mizo-relay.service; then
        address=$(cat /var/lib/mizo-relay/admin.address 2>/dev/null || echo 127.0.0.1:8470)
        echo "Mizo Relay runs. Its admin page, on this machine:  http://$address"
        echo "The set-up code that it asks for:                  sudo cat /var/lib/mizo-relay/setup-code"
    else
        echo "Mizo Relay does not start. Why: systemctl status mizo-relay; journalctl -u mizo-relay" >&2
    fi
fi
