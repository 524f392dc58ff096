"""The listening side of a contender: a JSON request a line comes in, a JSON answer a line goes out.

A request {"do": "prepare", "task": "train", "batch": 128} makes a step ready and tells how long its first run
took, compilation included; {"do": "run", …, "steps": 3} tells how long that many runs took; {"do": "memory"} tells
the largest memory that the process has had.
"""

import json
import os
import resource
import sys
import time

# Libraries print what they like: it goes where errors go, and the answers alone where answers are read.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

WARM_UP = 2


def serve(make_step, facts):
    """Answers until the input ends.

    make_step(task, batch) returns a function that trains or predicts once and returns a number that could not
    be there before all is computed; facts() is told to whoever starts the contender.
    """
    steps = {}
    answer(facts())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer(handle(request, steps, make_step))
        except Exception as error:  # Told to the benchmark, which goes on with the others.
            answer({"error": f"{type(error).__name__}: {error}"[:1000]})


def handle(request, steps, make_step):
    if request["do"] == "memory":
        unit = 1 if sys.platform == "darwin" else 1024
        return {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}
    key = (request["task"], request["batch"])
    if request["do"] == "prepare":
        start = time.perf_counter()
        steps[key] = make_step(*key)
        steps[key]()
        seconds = time.perf_counter() - start
        for _ in range(WARM_UP):
            steps[key]()
        return {"seconds": seconds}
    start = time.perf_counter()
    for _ in range(request["steps"]):
        steps[key]()
    return {"seconds": time.perf_counter() - start}


def answer(value):
    answers.write(json.dumps(value) + "\n")
    answers.flush()


def settings():
    """What the benchmark asks of this contender: network, shape, precision, variant."""
    return json.loads(sys.argv[1])
