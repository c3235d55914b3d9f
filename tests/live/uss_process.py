"""A USS as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from live.centres import free_port
from live.utm import HOST, KEY, Served

PROGRAM = "import sys; from wellclear.cli.main import main; sys.exit(main())"


class Process:
    """``wellclear utm serve`` in a folder of its own."""

    def __init__(self, folder: Path, name: str, *options: str) -> None:
        self.folder, self.name, self.options = folder / name, name, options
        self.store = dict(pairwise(options)).get("--store", "")
        self.folder.mkdir()
        (self.folder / "public.pem").write_bytes(KEY.as_pem(private=False))
        (self.folder / "private.pem").write_bytes(KEY.as_pem(private=True))
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.start()

    def start(self) -> None:
        words = ["--port", str(self.port), "--public-key", "public.pem", "--audience", HOST]
        words += ["--uss-name", self.name, "--token-key", "private.pem", "--peer-here", HOST]
        words += self.options
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "utm", "serve", *words],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert "serving" in self.process.stdout.readline()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> int:
        self.process.terminate()
        code = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def command(self, *words: str) -> str:
        run = [sys.executable, "-c", PROGRAM, "utm", *words]
        done = subprocess.run(run, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout

    def flights(self) -> list[dict[str, Any]]:
        """The flights that it keeps."""
        words = ("--store", self.store) if self.store else ()
        found: list[dict[str, Any]] = json.loads(self.command("flights", "--json", *words))
        return found

    ask = Served.ask
    plan = Served.plan
    told = Served.told
