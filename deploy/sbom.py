#!/usr/bin/env python3
"""Writes the SPDX 2.3 bill of materials: the libraries that Ringfence's programs link, with the
versions that this build found (Debian packages by dpkg, libsrtp2 by the install step's record)."""

import argparse
import datetime
import json
import os
import subprocess
import sys

# Debian package -> (licence as SPDX writes it, supplier)
LINKED = {
    "libc-ares-dev": "MIT",
    "libcli11-dev": "BSD-3-Clause",
    "libfmt-dev": "MIT",
    "libprotobuf-dev": "BSD-3-Clause",
    "libseccomp-dev": "LGPL-2.1-only",
    "libsndfile1-dev": "LGPL-2.1-or-later",
    "libspdlog-dev": "MIT",
    "libsqlite3-dev": "blessing",
    "libssl-dev": "Apache-2.0",
    "libsystemd-dev": "LGPL-2.1-or-later",
    "libuv1-dev": "MIT",
    "nlohmann-json3-dev": "MIT",
}


def debian_version(package):
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False
    )
    return found.stdout if found.returncode == 0 and found.stdout else None


def package(name, version, licence, purl=None, checksum=None):
    entry = {
        "SPDXID": "SPDXRef-" + name.replace("_", "-"),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
    }
    if purl:
        entry["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}
        ]
    if checksum:
        entry["checksums"] = [{"algorithm": "SHA256", "checksumValue": checksum}]
    return entry


def collect(version, deps):
    packages = [package("ringfence", version, "Apache-2.0")]
    missing = []
    for name, licence in sorted(LINKED.items()):
        found = debian_version(name)
        if found is None:
            missing.append(name)
            continue
        packages.append(package(name, found, licence, f"pkg:deb/debian/{name}@{found}"))
    record = os.path.join(deps, "libsrtp2.version")
    try:
        with open(record, encoding="ascii") as file:
            srtp_version, checksum = file.read().split()
        packages.append(package("libsrtp2", srtp_version, "BSD-3-Clause",
                                f"pkg:deb/debian/libsrtp2@{srtp_version}?arch=source", checksum))
    except OSError:
        missing.append("libsrtp2")
    return packages, missing


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--version", required=True)
    options.add_argument("--deps", required=True)
    options.add_argument("--output", required=True)
    arguments = options.parse_args()
    packages, missing = collect(arguments.version, arguments.deps)
    if missing:
        sys.exit("sbom: not installed by the package system: " + ", ".join(missing))
    # SOURCE_DATE_EPOCH keeps a repeated build identical.
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "0")) or None
    created = (datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc) if seconds
               else datetime.datetime.now(datetime.timezone.utc))
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"ringfence-{arguments.version}",
        "documentNamespace": f"https://ringfence.invalid/spdx/{arguments.version}/{created:%Y%m%dT%H%M%SZ}",
        "creationInfo": {"created": f"{created:%Y-%m-%dT%H:%M:%SZ}", "creators": ["Tool: deploy/sbom.py"]},
        "packages": packages,
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
             "relatedSpdxElement": "SPDXRef-ringfence"}
        ] + [
            {"spdxElementId": "SPDXRef-ringfence", "relationshipType": "DEPENDS_ON",
             "relatedSpdxElement": entry["SPDXID"]} for entry in packages[1:]
        ],
    }
    with open(arguments.output, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
