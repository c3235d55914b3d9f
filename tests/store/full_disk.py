"""Write batches through the port until the disk is full; acknowledge each on the output.

    python full_disk.py FILE LIMIT_BYTES

No file of this process may grow beyond the limit: the system then refuses to write, as it does on a full disk.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

from log_growth import batch_at
from wellclear.store.opening import open_store

path, limit_bytes = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
store = open_store(path)
term = store.lead()
reader = store.reader()
try:
    while True:
        batch = batch_at(reader, [b"x" * 700] * 3)
        store.write(term, batch)
        os.write(1, b"%d\n" % (batch.start.index + 3))
except OSError as full:
    os.write(2, str(full).encode())
    os._exit(3)
