"""Answers the request's parameters as JSON text."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        text = request.parameters()
        return pb_utils.InferenceResponse(
            [pb_utils.Tensor("OUT", np.array([text.encode()], dtype=np.object_))]
        )
