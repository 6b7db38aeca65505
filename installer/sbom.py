#!/usr/bin/env python3
"""sbom.py VERSION PROGRAM: what the program holds and needs, as SPDX 2.3: the Debian packages that are linked
into it or loaded by it, and the npm packages that are bundled into the page. Bears the time of the commit."""

import datetime
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Linked into the program; what it loads is read from the program itself.
LINKED = ["libboost1.81-dev", "libboost-json1.81-dev", "libboost-url1.81-dev",
          "libboost-program-options1.81-dev", "libsqlite3-dev", "libspdlog-dev", "libfmt-dev",
          "libcmark-dev", "libstdc++-12-dev"]
# Of the page's lock file, those whose code ends in the bundle.
BUNDLED = re.compile(r"^node_modules/(preact|@preact/[^/]+)$")


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def spdx_id(name: str) -> str:
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def package(name: str, version: str, locator: str, **more: str) -> dict:
    reference = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": locator}
    return {"name": name, "SPDXID": spdx_id(name), "versionInfo": version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "externalRefs": [reference], **more}


def debian(name: str) -> dict:
    version, source = output("dpkg-query", "-W", "-f", "${Version} ${source:Package}", name).split()
    name = name.removesuffix(":amd64")
    return package(name, version, f"pkg:deb/debian/{name}@{version}?arch=amd64",
                   sourceInfo=f"Debian source package {source}")


def npm(path: str, entry: dict) -> dict:
    name, version = path.removeprefix("node_modules/"), entry["version"]
    return package(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}",
                   licenseDeclared=entry.get("license", "NOASSERTION"))


def loaded_by(program: str) -> list[str]:
    """The packages of the libraries that the program names."""
    names = re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-d", program))
    packages = set()
    for name in names:
        # The loader lies in a folder of other processors' libraries too.
        owners = [line for line in output("dpkg-query", "-S", f"*/{name}").splitlines() if "i386" not in line]
        packages.add(owners[0].partition(": ")[0])
    return sorted(packages)


def relation(of: str, kind: str, to: str) -> dict:
    return {"spdxElementId": of, "relationshipType": kind, "relatedSpdxElement": to}


def main() -> None:
    version, program = sys.argv[1:]
    made = int(output("git", "log", "-1", "--format=%ct"))
    when = datetime.datetime.fromtimestamp(made, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    lock = json.loads((ROOT / "webui/package-lock.json").read_text())["packages"]
    inside = [debian(name) for name in LINKED]
    inside += [npm(path, entry) for path, entry in sorted(lock.items()) if BUNDLED.match(path)]
    loaded = [debian(name) for name in loaded_by(program)]
    ours = package("mizo-relay", version, f"pkg:generic/mizo-relay@{version}", licenseDeclared="Apache-2.0")
    relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", ours["SPDXID"])]
    relations += [relation(ours["SPDXID"], "STATIC_LINK", part["SPDXID"]) for part in inside]
    relations += [relation(ours["SPDXID"], "DYNAMIC_LINK", part["SPDXID"]) for part in loaded]
    commit = output("git", "rev-parse", "HEAD").strip()
    print(json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"mizo-relay-{version}", "documentNamespace": f"urn:mizo:relay:sbom:{version}:{commit}",
        "creationInfo": {"created": when, "creators": ["Organization: Mizo"]},
        "packages": [ours, *inside, *loaded], "relationships": relations}, indent=2))


if __name__ == "__main__":
    main()
