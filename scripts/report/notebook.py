"""Executes one notebook, or turns executed ones into pages: the two things that Jupyter's own
libraries do best. Called by lib/execution.ts and lib/report.ts; every line of output is one JSON object.

    notebook.py execute SOURCE.ipynb TARGET.ipynb
    notebook.py render EXECUTED.ipynb...
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path

import nbformat

root = Path(__file__).resolve().parents[2]


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


def end_with_caller():
    """Ends this process, and the kernel with it, when the one that called it is gone, however it went."""

    def wait():
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def printed(cell):
    """What a failing cell wrote, and its error."""
    texts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            texts.append(output.text)
        elif output.output_type == "error":
            texts.append("\n".join(output.traceback) or f"{output.ename}: {output.evalue}")
    return "".join(texts)[-4000:]


def execute(source, target):
    """Runs all cells in a fresh kernel; stops at the first that fails or whose output gets lost."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    notebook = nbformat.read(source, 4)
    codes = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]

    def started(cell, cell_index):
        if cell_index in codes:
            running["cell"] = cell
            tell("cell", number=codes.index(cell_index) + 1, total=len(codes))

    running = {"cell": None}
    client = NotebookClient(
        notebook,
        kernel_name="tslab",
        timeout=None,
        startup_timeout=120,
        iopub_timeout=60,
        # Lost output must not look like success; and one block of text for many short prints.
        raise_on_iopub_timeout=True,
        coalesce_streams=True,
        resources={"metadata": {"path": str(root)}},
        on_cell_start=started,
    )
    try:
        # Node writes its own words and those of a cell's programs there; lines of JSON are for the caller.
        client.execute(stdout=sys.stderr.fileno())
    except (CellExecutionError, DeadKernelError, TimeoutError) as error:
        cell = running["cell"]
        words = printed(cell) if cell else ""
        if isinstance(error, TimeoutError):
            words += "\nOutput got lost: a cell that prints hundreds of lines must await in between."
        elif not isinstance(error, CellExecutionError):
            words += f"\n{type(error).__name__}: {error}"
        tell("failed", source=cell.source if cell else "", error=words)
        return 1
    nbformat.write(notebook, target)
    tell("done")
    return 0


def render(files):
    """Writes the page of each executed notebook beside it."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(root / "scripts")],
        extra_template_paths=[str(root / "node_modules" / "plotly.js-dist-min")],
    )
    for file in map(Path, files):
        page, _ = exporter.from_filename(str(file))
        file.with_suffix(".html").write_text(page, encoding="utf-8")
        tell("page", path=str(file.with_suffix(".html")))
    return 0


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    end_with_caller()
    sys.exit(execute(*arguments) if task == "execute" else render(arguments))
