"""Answers IN after IN milliseconds, and stops waiting when the request is cancelled."""

import time

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        tensor = pb_utils.get_input_tensor_by_name(request, "IN")
        until = time.monotonic() + int(tensor.as_numpy().reshape(-1)[0]) / 1000
        while time.monotonic() < until:
            if request.is_cancelled():
                error = pb_utils.TritonError("cancelled", pb_utils.TritonError.CANCELLED)
                return pb_utils.InferenceResponse(output_tensors=[], error=error)
            time.sleep(0.005)
        return pb_utils.InferenceResponse([pb_utils.Tensor("OUT", tensor.as_numpy())])
