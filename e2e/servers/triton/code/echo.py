"""Answers the input IN as the output OUT, whatever its datatype."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        tensor = pb_utils.get_input_tensor_by_name(request, "IN")
        return pb_utils.InferenceResponse([pb_utils.Tensor("OUT", tensor.as_numpy())])
