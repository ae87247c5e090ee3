"""Adds X up over a sequence; SUM is the total and STEP the number of steps so far."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        self.states = {}

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        key = request.correlation_id()
        value = int(pb_utils.get_input_tensor_by_name(request, "X").as_numpy().reshape(-1)[0])
        start = pb_utils.get_input_tensor_by_name(request, "START").as_numpy().reshape(-1)[0]
        end = pb_utils.get_input_tensor_by_name(request, "END").as_numpy().reshape(-1)[0]
        total, step = (0, 0) if start else self.states.get(key, (0, 0))
        self.states[key] = (total + value, step + 1)
        outputs = [("SUM", self.states[key][0]), ("STEP", self.states[key][1])]
        if end:
            del self.states[key]
        return pb_utils.InferenceResponse(
            [pb_utils.Tensor(name, np.array([[number]], dtype=np.int32)) for name, number in outputs]
        )
