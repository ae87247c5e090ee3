"""Answers the sequence's id as the server saw it, and whether the request started and ended it."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        flags = [self.flag(request, name) for name in ("START", "END")]
        key = str(request.correlation_id()).encode()
        return pb_utils.InferenceResponse(
            [
                pb_utils.Tensor("ID", np.array([[key]], dtype=np.object_)),
                pb_utils.Tensor("FLAGS", np.array([flags], dtype=np.int32)),
            ]
        )

    def flag(self, request, name):
        return int(pb_utils.get_input_tensor_by_name(request, name).as_numpy().reshape(-1)[0])
