#!/usr/bin/env python3
"""Holds the layers: which folder may include which, and where the heavy or dangerous headers may stand.
docs/architecture.md shows the same table in words."""

import re
import sys

from cpp_source import ROOT, tracked

# What HaloPSA's language, the link and the store need of certs/: values, digests and sealed secrets.
CERTS_BASICS = {f"certs/{name}" for name in ("bytes", "digest", "encoding", "error", "password", "random",
                                             "seal", "secret")}

# unit: (level, what it may include besides itself). base is open to all, and no unit may name a higher one.
UNITS: dict[str, tuple[int, set[str]]] = {
    "certs": (0, set()),
    "base": (0, set()),
    "config": (1, set()),
    "halo": (1, CERTS_BASICS),
    "web": (1, set()),
    "relay/core": (1, CERTS_BASICS),
    "store": (1, CERTS_BASICS),
    "net": (2, {"store", "web"}),
    "custody": (2, {"certs", "config", "net", "relay/core", "store"}),
    "intake": (3, {"certs", "config", "custody", "halo", "net", "store", "web"}),
    "relay/link": (3, {"certs/key", "config", "custody", "net", "relay/core", "store"} | CERTS_BASICS),
    "halo_api": (3, {"config", "halo", "net", "store", "web"}),
    "setup": (4, {"certs", "config", "custody", "halo", "halo_api", "net", "store"}),
    "agent": (4, {"config", "halo", "halo_api", "net", "relay/core", "store"}),
    "tab": (4, {"config", "halo", "halo_api", "net", "relay/core", "store", "web"} | CERTS_BASICS),
    "reconcile": (4, {"config", "custody", "halo", "halo_api", "intake", "net", "store", "web"}
                  | CERTS_BASICS),
    "alerts": (4, {"config", "halo", "halo_api", "net", "store", "web"}),
    "admin": (5, {"agent", "alerts", "certs", "config", "custody", "halo", "halo_api", "intake", "net",
                  "reconcile", "relay/core", "relay/link", "setup", "store", "tab", "web"}),
    "app": (6, {"admin", "agent", "alerts", "certs", "config", "custody", "halo", "halo_api", "intake", "net",
                "reconcile", "relay/core", "relay/link", "setup", "store", "tab", "web"}),
    "cli": (6, {"admin", "app", "certs", "config", "net", "store", "web"}),
    "systemd": (6, {"app"}),
    "windows-service": (6, {"app", "cli"}),
    "main": (7, {"app", "cli", "config", "systemd"}),
}
RELAY_CORE = re.compile(r"daemon/relay/(session|wire|backoff|token|inbox)")
BEAST_FILE = re.compile(r"^daemon/net/beast_\w+\.[ch]pp$")

# What may be included where: (pattern of the include, pattern of the files that may, the reason).
PLACES = [
    (r"boost/beast", BEAST_FILE.pattern, "Beast is expensive to compile: net/beast_*.cpp only"),
    (r"boost/asio",
     r"^(?!certs/|daemon/(base|config|halo|web|store|relay/(session|wire|backoff|token|inbox))\b)",
     "levels 0 and 1 do no input or output"),
    (r"sqlite3\.h", r"^(daemon/store/|tests/)", "SQLite stands behind store/"),
    (r"openssl/", r"^(certs/|daemon/net/|tests/)", "OpenSSL stands behind certs/ and net/"),
    (r"spdlog|fmt/", r"^daemon/base/", "the log facade of base/ is the one way to spdlog"),
    (r"cmark", r"^daemon/tab/markdown\.cpp$", "Markdown is rendered in one place, daemon/tab/markdown.cpp"),
    (r"systemd/sd-", r"^systemd/", "the Linux host stands in systemd/"),
    (r"^windows\.h", r"^daemon/base/windows_win32\.hpp$",
     "by daemon/base/windows_win32.hpp, which other headers of Windows need before them"),
    (r"boost/", r"^(daemon|systemd|windows-service|tests)/|^certs/error\.hpp$",
     "certs/ knows the standard library and OpenSSL only"),
]
WORDS = [
    (r"\b(system|steady|high_resolution)_clock::now\b", r"^(daemon/base/|tests/)",
     "time is passed in: base/clock.hpp"),
    (r"\b_WIN32\b", r"^(systemd/|windows-service/|daemon/net/)", "platforms differ by files, not by #ifdef"),
]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def unit_of(path: str) -> str | None:
    """The unit a file belongs to; None for what has no layer (tests)."""
    if path.startswith("certs/"):
        return "certs"
    if path == "daemon/main.cpp":
        return "main"
    if path.startswith("daemon/relay/"):
        return "relay/core" if RELAY_CORE.match(path) else "relay/link"
    if path.startswith("daemon/"):
        return path.split("/")[1]
    folder = path.split("/")[0]
    return folder if folder in UNITS else None


def may_include(unit: str, target: str) -> bool:
    wanted = unit_of(target)
    allowed = UNITS[unit][1]
    return wanted in (unit, "base") or wanted in allowed or target.rsplit(".", 1)[0] in allowed


def faults_of(path: str, source: str) -> list[str]:
    faults = []
    unit = unit_of(path)
    if unit is not None and unit not in UNITS:
        return [f"{path}: the folder {unit}/ has no layer; give it one in scripts/check_layers.py"]
    for bracket, target in INCLUDE.findall(source):
        if bracket == '"' and not (ROOT / target).is_file() and not path.startswith("tests/"):
            faults.append(f'{path}: "{target}" is not written from the root of the repository')
        elif bracket == '"' and unit and not may_include(unit, target):
            faults.append(f"{path}: {unit} may not include {target}")
        elif bracket == '"' and unit not in (None, "app", "net") and BEAST_FILE.match(target):
            faults.append(f"{path}: {target} is inside net/; include its interface")
        for pattern, allowed, reason in PLACES:
            if bracket == "<" and re.match(pattern, target) and not re.search(allowed, path):
                faults.append(f"{path}: <{target}>: {reason}")
    for pattern, allowed, reason in WORDS:
        if re.search(pattern, source) and not re.search(allowed, path):
            faults.append(f"{path}: {re.search(pattern, source).group()}: {reason}")
    return faults


def self_test() -> None:
    """Each kind of fault is found, and the levels of the table rise."""
    samples = [
        ("daemon/base/x.cpp", '#include "daemon/store/database.hpp"'),
        ("daemon/halo/x.cpp", '#include "certs/pfx.hpp"'),
        ("daemon/relay/session.cpp", '#include "daemon/relay/link.hpp"'),
        ("daemon/config/x.cpp", "#include <boost/asio.hpp>"),
        ("daemon/net/listener.cpp", "#include <boost/beast.hpp>"),
        ("daemon/admin/x.cpp", "#include <sqlite3.h>"),
        ("daemon/web/x.cpp", "#include <openssl/evp.h>"),
        ("certs/pfx.cpp", "#include <boost/json.hpp>"),
        ("daemon/relay/x.cpp", "auto now = std::chrono::steady_clock::now();"),
        ("daemon/store/x.cpp", '#include "database.hpp"'),
        ("daemon/util/x.cpp", ""),
    ]
    for path, source in samples:
        if not faults_of(path, source):
            sys.exit(f"check_layers.py does not see what is wrong in {path}: {source}")
    for unit, (level, allowed) in UNITS.items():
        for other in allowed & UNITS.keys():
            if UNITS[other][0] > level:
                sys.exit(f"check_layers.py: {unit} may not stand below {other}")


def main() -> int:
    self_test()
    faults = []
    for path in tracked("*.cpp", "*.hpp"):
        faults += faults_of(path.relative_to(ROOT).as_posix(), path.read_text())
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
