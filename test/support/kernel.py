"""Runs cells for a test: reads requests as lines of JSON, answers each with one line of JSON.

A request is {"cells": [source...], "isInterrupted": bool}; all its cells are sent at once. The interrupt
is sent half a second after the first cell has printed something.
The answer has for each cell its status, its number, its outputs as Jupyter's messages, and the kernel's states that
were told of it, each with its place among all.
"""

import json
import queue
import subprocess
import sys
import time

from jupyter_client.manager import start_new_kernel

# The kernel gets an output of its own: Node makes a shared one non-blocking, and long answers break.
manager, client = start_new_kernel(
    kernel_name="tslab",
    cwd=sys.argv[1],
    startup_timeout=60,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)

# Seconds without a word after which a kernel counts as stuck: the longest cells compute for minutes on a
# machine that is slow and busy.
PATIENCE = 600


def next_message(get):
    """The next message of a channel; ends with a reason if none can come."""
    begin = time.monotonic()
    while time.monotonic() < begin + PATIENCE:
        try:
            return get(timeout=5)
        except queue.Empty:
            if not manager.is_alive():
                sys.exit("the kernel's process has ended")
    sys.exit(f"the kernel has said nothing for {PATIENCE} seconds")


def run(cells, is_interrupted):
    asked = [client.execute(source) for source in cells]
    begin = time.monotonic()
    results = {message: {"outputs": [], "states": []} for message in asked}
    idle, told = set(), 0
    while idle != set(asked):
        message = next_message(client.get_iopub_msg)
        parent = message["parent_header"].get("msg_id")
        kind, content = message["msg_type"], message["content"]
        if parent not in results:
            continue
        if kind != "status":
            results[parent]["outputs"].append({"kind": kind, **content})
            if kind == "stream" and is_interrupted:
                is_interrupted = False
                time.sleep(0.5)
                manager.interrupt_kernel()
                begin = time.monotonic()
            continue
        state = content["execution_state"]
        results[parent]["states"].append({"state": state, "place": told})
        told += 1
        if state == "idle":
            idle.add(parent)
    while any("status" not in result for result in results.values()):
        message = next_message(client.get_shell_msg)
        parent = message["parent_header"].get("msg_id")
        if parent in results:
            results[parent].update(message["content"])
    for result in results.values():
        result["seconds"] = time.monotonic() - begin
    return [results[message] for message in asked]


try:
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(run(request["cells"], request["isInterrupted"])), flush=True)
finally:
    client.stop_channels()
    manager.shutdown_kernel()
