"""Starts the project's kernel, lets it run one cell, and says how long that took."""

import sys
import time

from jupyter_client.manager import start_new_kernel

begin = time.monotonic()
manager, client = start_new_kernel(kernel_name="tslab", startup_timeout=60)
try:
    reply = client.execute_interactive(
        "const sum: number = 1 + 1", timeout=60, output_hook=lambda _: None
    )
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
if reply["content"]["status"] != "ok":
    sys.exit(f"a cell ended with {reply['content']}")
print(f"{time.monotonic() - begin:.1f}")
