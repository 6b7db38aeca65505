#!/usr/bin/env python3
"""check_hardening.py PROGRAM: what the compiler and the linker can do against attacks is in the program."""

import re
import subprocess
import sys


def readelf(*arguments: str) -> str:
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


# Windows' own: each is in System32, or a name that stands for several there.
SYSTEM_DLL = re.compile(r"(advapi32|bcrypt|crypt32|iphlpapi|kernel32|mswsock|msvcrt|ole32|shell32|user32"
                        r"|winhttp|ws2_32)\.dll", re.IGNORECASE)


def faults_of_windows(program: str) -> list[str]:
    headers = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", program], capture_output=True, text=True,
                             check=True).stdout
    dlls = re.findall(r"DLL Name: (\S+)", headers)
    wanted = {
        "address space layout (ASLR)": "DYNAMIC_BASE" in headers and "HIGH_ENTROPY_VA" in headers,
        "relocations, without which it cannot be moved": "Relocations stripped" not in headers
        and re.search(r"Entry 5 0*[1-9a-f]", headers) is not None,
        "data not executable (DEP)": "NX_COMPAT" in headers,
        "no DLL but those of Windows": all(SYSTEM_DLL.fullmatch(name) for name in dlls),
    }
    return [name for name, held in wanted.items() if not held]


def faults_of(program: str) -> list[str]:
    header, segments, dynamic = readelf("-h", program), readelf("-l", program), readelf("-d", program)
    symbols, notes = readelf("--dyn-syms", program), readelf("-n", program)
    stack = re.search(r"GNU_STACK.*", segments)
    wanted = {
        "position independent (PIE)": "DYN (Position-Independent" in header,
        "relocations read-only (RELRO)": "GNU_RELRO" in segments,
        "bound at start (BIND_NOW)": re.search(r"BIND_NOW|FLAGS.*NOW", dynamic) is not None,
        "stack not executable": stack is not None and " RWE " not in stack.group(),
        "no memory both writable and executable": not re.search(r"LOAD.* RWE ", segments),
        "stack protector": "__stack_chk_fail" in symbols,
        "checked library calls (FORTIFY)": "_chk@" in symbols,
        # Debian's static libraries have no landing pads, so the program as a whole cannot ask for IBT.
        "control-flow protection (CET shadow stack)": re.search(r"x86 feature: .*SHSTK", notes) is not None,
        "no path to libraries of its own": not re.search(r"\((RPATH|RUNPATH)\)", dynamic),
    }
    return [name for name, held in wanted.items() if not held]


def main() -> int:
    program = sys.argv[1]
    faults = (faults_of_windows if program.endswith(".exe") else faults_of)(program)
    for fault in faults:
        print(f"{program}: missing: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
