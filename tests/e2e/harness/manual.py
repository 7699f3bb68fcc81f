"""Pages for operators whose commands a test runs: their blocks, and the shell that runs them."""

import os
import re
import select
import subprocess
import time

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)
RUN, NOT_RUN = "console run", "console not run"


def commands(text):
    """(line number, command, expected output lines) of each `$ ` line; `> ` goes on with the one before."""
    found = []
    for block in FENCE.finditer(text):
        number = text.count("\n", 0, block.start(2)) + 1
        for offset, line in enumerate(block.group(2).splitlines() if block.group(1) == RUN else ()):
            if line.startswith("$ "):
                found.append([number + offset, line[2:], []])
            elif line.startswith("> "):
                found[-1][1] += "\n" + line[2:]
            else:
                found[-1][2].append(line)
    return found


class Shell:
    """One bash that is given a command at a time."""

    def __init__(self, folder, environment):
        self.bash = subprocess.Popen(["bash", "--noprofile", "--norc"], cwd=folder, env={**os.environ, **environment},
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, command, seconds=60):
        """(exit status, what was printed)."""
        mark = f"--{time.monotonic_ns()}--"
        self.bash.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '\\n%s %s\\n' {mark} $?\n".encode())
        self.bash.stdin.flush()
        end = re.compile(rb"\n" + mark.encode() + rb" (\d+)\n")
        printed = b""
        deadline = time.monotonic() + seconds
        while not (match := end.search(printed)):
            ready, _, _ = select.select([self.bash.stdout], [], [], max(0, deadline - time.monotonic()))
            octets = os.read(self.bash.stdout.fileno(), 65536) if ready else b""
            if not octets:
                raise AssertionError(f"no end of: {command}\n{printed.decode(errors='replace')}")
            printed += octets
        return int(match.group(1)), printed[:match.start()].decode(errors="replace")

    def close(self):
        self.bash.stdin.close()
        self.bash.wait(10)
        self.bash.stdout.close()
