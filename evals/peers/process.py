"""A command run to its end, with what it cost: wall time, processor time, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_THREADS = ("OMP", "MKL", "OPENBLAS", "RAYON", "NUMEXPR")
_IN_MEGABYTE = 1_000_000 if sys.platform == "darwin" else 1_000
"""`ru_maxrss` counts bytes on macOS, kilobytes elsewhere."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process and its children cost. `answered_s` is when the last line of its answer came."""

    status: int
    wall_s: float
    answered_s: float
    cpu_s: float
    peak_mb: float
    out: str
    err: str

    @property
    def last_words(self) -> str:
        """The last line on its error stream."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        return lines[-1][:300] if lines else f"exit status {self.status}"


def environment(**more: str) -> dict[str, str]:
    """This process's environment without our own Python and settings; no hub, no reports home.

    That numpy has one thread is a setting of the product's (`knowledge/__init__.py`), not of its peers.
    """
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CLAUSEWISE_", "OPENBLAS_NUM_THREADS")
    held = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    quiet = {
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "ANONYMIZED_TELEMETRY": "False",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "PYTHONUNBUFFERED": "1",
    }
    return held | quiet | more


def one_thread() -> dict[str, str]:
    """Variables that keep the numeric libraries to one thread."""
    return {f"{name}_NUM_THREADS": "1" for name in _THREADS}


def disk_mb(folder: Path) -> float:
    """What the files below a folder take, in MB of 10^6 bytes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def run(command: Sequence[str], variables: Mapping[str, str]) -> Run:
    """Run a command to its end, on Linux or macOS; its status is a result, not an exception."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as err:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=err,
            encoding="utf-8",
            errors="replace",
        )
        lines, answered = [], 0.0
        assert process.stdout is not None
        with process.stdout as stream:
            for line in stream:
                lines.append(line)
                answered = time.perf_counter() - began
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        said = err.read()
    cpu = usage.ru_utime + usage.ru_stime
    peak = usage.ru_maxrss / _IN_MEGABYTE
    return Run(process.returncode, wall, answered, cpu, peak, "".join(lines), said)
