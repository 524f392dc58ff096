"""Stops a cell in mid-work, and runs others after it: kernel.py FOLDER < REQUEST

The request is {"before": [cell...], "work": cell, "how": "interrupt" | "restart" | "kill", "delay": seconds,
"after": [cell...]}. `work` is stopped so long after it has shown something. Prints the results of `work`,
if it was interrupted, and of `after`, as JSON: {"status", "seconds", "text"} each.
"""

import json
import subprocess
import sys
import time

from jupyter_client.manager import start_new_kernel

request = json.load(sys.stdin)
manager, client = start_new_kernel(
    kernel_name="tslab",
    cwd=sys.argv[1],
    startup_timeout=120,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)


def shown(content):
    """What an output says, in words."""
    data = content.get("data", {})
    return content.get("text") or data.get("text/plain") or "\n".join(content.get("traceback", []))


def run(cell, stop=None):
    """Runs a cell to its end; calls `stop` when it has shown something, and gives up if that says so."""
    asked = client.execute(cell)
    begin = time.monotonic()
    text = ""
    while True:
        message = client.get_iopub_msg(timeout=300)
        if message["parent_header"].get("msg_id") != asked:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind in ("stream", "display_data", "update_display_data", "error"):
            text += shown(content) + "\n"
            if stop is not None:
                time.sleep(request["delay"])
                begin = time.monotonic()
                if stop() == "gone":
                    return None
                stop = None
        if kind == "status" and content["execution_state"] == "idle":
            break
    reply = client.get_shell_msg(timeout=60)
    while reply["parent_header"].get("msg_id") != asked:
        reply = client.get_shell_msg(timeout=60)
    return {
        "status": reply["content"]["status"],
        "seconds": time.monotonic() - begin,
        "text": text,
    }


def restart():
    manager.restart_kernel(now=request["how"] == "kill")
    client.wait_for_ready(timeout=120)
    return "gone"


try:
    for cell in request["before"]:
        result = run(cell)
        if result["status"] != "ok":
            sys.exit(result["text"])
    work = run(request["work"], manager.interrupt_kernel if request["how"] == "interrupt" else restart)
    results = [run(cell) for cell in request["after"]]
    print(json.dumps([result for result in [work, *results] if result is not None]))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
