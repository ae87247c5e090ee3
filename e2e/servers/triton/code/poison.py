"""Doubles IN; a negative value anywhere fails every request of the server's batch."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        tensors = [pb_utils.get_input_tensor_by_name(request, "IN").as_numpy() for request in requests]
        if any((tensor < 0).any() for tensor in tensors):
            return [self.refusal() for _ in requests]
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor("OUT", tensor * 2)]) for tensor in tensors
        ]

    def refusal(self):
        # One error object shared by several responses crashes the server of release 24.10.
        error = pb_utils.TritonError("poison value in the batch")
        return pb_utils.InferenceResponse(output_tensors=[], error=error)
