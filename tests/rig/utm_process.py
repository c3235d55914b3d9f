"""The service of F3548-21 in processes of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rig.utm import public_pem

HOST = "localhost"


@dataclass
class Instance:
    """A process that serves."""

    process: subprocess.Popen[str]
    url: str

    def kill(self) -> None:
        """As a loss of the machine does."""
        self.process.kill()
        self.process.wait()


@contextmanager
def instance(folder: Path, store: str) -> Iterator[Instance]:
    """A service with a store, which lets in tokens of the rig for localhost."""
    pem = folder / "authority.pem"
    pem.write_bytes(public_pem())
    program = Path(sys.executable).parent / "wellclear"
    command = [str(program), "utm", "serve", "--port", "0", "--store", store, "--audience", HOST]
    with subprocess.Popen(
        [*command, "--public-key", str(pem), "--log-level", "error"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "serving" in line
            yield Instance(process, line.split(" at ")[1].strip())
        finally:
            process.terminate()
