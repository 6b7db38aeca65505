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
LINKED = ["libboost1.81-dev", "libboost-json1.81-dev", "libboost-url1.81-dev", "libboost-program-options1.81-dev",
          "libsqlite3-dev", "libspdlog-dev", "libfmt-dev", "libstdc++-12-dev"]
# Of the page's lock file, those whose code ends in the bundle.
BUNDLED = re.compile(r"^node_modules/(preact|@preact/[^/]+)$")


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def spdx_id(name: str) -> str:
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def debian(name: str, relation: str) -> tuple[dict, str]:
    version, source = output("dpkg-query", "-W", "-f", "${Version} ${source:Package}", name).split()
    name = name.removesuffix(":amd64")
    return {"name": name, "SPDXID": spdx_id(name), "versionInfo": version, "sourceInfo": f"Debian source package {source}",
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": f"pkg:deb/debian/{name}@{version}?arch=amd64"}]}, relation


def npm(path: str, entry: dict) -> tuple[dict, str]:
    name = path.removeprefix("node_modules/")
    return {"name": name, "SPDXID": spdx_id("npm-" + name), "versionInfo": entry["version"],
            "licenseDeclared": entry.get("license", "NOASSERTION"), "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"}]}, "STATIC_LINK"


def loaded_by(program: str) -> list[str]:
    """The packages of the libraries that the program names."""
    names = re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-d", program))
    packages = set()
    for name in names:
        owner = output("dpkg-query", "-S", f"*/{name}").splitlines()[0]
        packages.add(owner.partition(": ")[0])
    return sorted(packages)


def main() -> None:
    version, program = sys.argv[1:]
    when = datetime.datetime.fromtimestamp(int(output("git", "log", "-1", "--format=%ct")), datetime.timezone.utc)
    lock = json.loads((ROOT / "webui/package-lock.json").read_text())["packages"]
    parts = [debian(name, "STATIC_LINK") for name in LINKED]
    parts += [debian(name, "DYNAMIC_LINK") for name in loaded_by(program)]
    parts += [npm(path, entry) for path, entry in sorted(lock.items()) if BUNDLED.match(path)]
    ours = {"name": "mizo-relay", "SPDXID": spdx_id("mizo-relay"), "versionInfo": version,
            "licenseDeclared": "Apache-2.0", "downloadLocation": "NOASSERTION", "filesAnalyzed": False}
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": ours["SPDXID"]}]
    relations += [{"spdxElementId": ours["SPDXID"], "relationshipType": relation, "relatedSpdxElement": part["SPDXID"]}
                  for part, relation in parts]
    commit = output("git", "rev-parse", "HEAD").strip()
    print(json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"mizo-relay-{version}",
        "documentNamespace": f"urn:mizo:relay:sbom:{version}:{commit}",
        "creationInfo": {"created": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Organization: Mizo"]},
        "packages": [ours] + [part for part, _ in parts], "relationships": relations}, indent=2))


if __name__ == "__main__":
    main()
