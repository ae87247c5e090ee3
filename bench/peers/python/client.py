"""The official Python client under a closed loop; prints one JSON line.

Arguments: kind address model floats in_flight warm_ms measure_ms
"""

import asyncio
import json
import sys
import time

import numpy as np

kind, address, model, floats, in_flight, warm_ms, measure_ms = sys.argv[1:8]
floats, in_flight = int(floats), int(in_flight)
names = ("INPUT0", "INPUT1") if model == "add_sub" else ("IN",)
first_output = "OUTPUT0" if model == "add_sub" else "OUT"
shape = [1, floats]
tensor = np.zeros(shape, dtype=np.float32)


class Tally:
    def __init__(self):
        self.n = self.errors = 0
        self.end = 0.0

    def start(self, ms):
        self.n = self.errors = 0
        self.begin, self.cpu = time.perf_counter(), time.process_time()
        self.end = self.begin + float(ms) / 1000

    def note(self, result):
        # The whole answer is read, as the other clients do.
        self.n += 1
        if result.as_numpy(first_output) is None:
            self.errors += 1

    def report(self):
        seconds = time.perf_counter() - self.begin
        cpu = time.process_time() - self.cpu
        line = {"n": self.n, "errors": self.errors, "cpu_us": cpu * 1e6 / max(self.n, 1), "rps": self.n / seconds}
        print(json.dumps(line), flush=True)


def request_of(module):
    inputs = [module.InferInput(name, shape, "FP32") for name in names]
    for one in inputs:
        one.set_data_from_numpy(tensor)
    return {"model_name": model, "inputs": inputs, "outputs": [module.InferRequestedOutput(first_output)]}


async def run_async(module):
    tally = Tally()
    options = {"conn_limit": in_flight} if "http" in kind else {}

    async def lane(client):
        while time.perf_counter() < tally.end:
            tally.note(await client.infer(**request_of(module)))

    async with module.InferenceServerClient(address, **options) as client:
        for ms in (warm_ms, measure_ms):
            tally.start(ms)
            await asyncio.gather(*(lane(client) for _ in range(in_flight)))
    tally.report()


def run_gevent():
    import gevent
    import tritonclient.http as module

    tally = Tally()
    client = module.InferenceServerClient(address, concurrency=in_flight)

    def lane():
        while time.perf_counter() < tally.end:
            tally.note(client.async_infer(**request_of(module)).get_result())

    for ms in (warm_ms, measure_ms):
        tally.start(ms)
        gevent.joinall([gevent.spawn(lane) for _ in range(in_flight)], raise_error=True)
    tally.report()


def run_threads():
    import threading
    import tritonclient.grpc as module

    tally = Tally()
    client = module.InferenceServerClient(address)

    def lane():
        while time.perf_counter() < tally.end:
            tally.note(client.infer(**request_of(module)))

    for ms in (warm_ms, measure_ms):
        tally.start(ms)
        lanes = [threading.Thread(target=lane) for _ in range(in_flight)]
        for one in lanes:
            one.start()
        for one in lanes:
            one.join()
    tally.report()


if kind == "http":
    run_gevent()
elif kind == "grpc":
    run_threads()
elif kind == "http.aio":
    import tritonclient.http.aio as http_aio

    asyncio.run(run_async(http_aio))
else:
    import tritonclient.grpc.aio as grpc_aio

    asyncio.run(run_async(grpc_aio))
