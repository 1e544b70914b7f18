"""The peer of `pathloom bench`: does the same work in PyTorch, and times it.

Speaks lines of JSON. The first line says what the work is and is answered when the model is built and
warm; each further line says how often to do it, and is answered with the seconds that took.
"""

import json
import resource
import sys
import time

REQUIRED = "pip install -r bench/requirements.txt"
# Runs that are not counted, and how long one takes to be enough.
WARM_UP_RUNS = 2
WARM_UP_SECONDS = 5


def answer(message):
    print(json.dumps(message), flush=True)


def peak_memory_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def warm(workload):
    for _ in range(WARM_UP_RUNS):
        started = time.perf_counter()
        workload.run(1)
        if time.perf_counter() - started > WARM_UP_SECONDS:
            return


def main():
    request = json.loads(sys.stdin.readline())
    try:
        import workloads
    except ImportError as error:
        return answer({"error": f"{error.name} is missing in {sys.executable}: {REQUIRED}"})
    try:
        workload = workloads.build(request["work"], request["threads"], request["device"], request["precision"])
    except (ImportError, RuntimeError, ValueError) as error:
        return answer({"error": f"{type(error).__name__}: {error}"})
    warm(workload)
    answer(
        {
            "versions": workloads.versions(),
            "parameters": workload.parameters,
            "trainedParameters": workload.trained_parameters,
        }
    )
    for line in sys.stdin:
        units = json.loads(line)["units"]
        started = time.perf_counter()
        workload.run(units)
        seconds = time.perf_counter() - started
        answer({"seconds": seconds, "peakMemoryBytes": peak_memory_bytes()})


main()
