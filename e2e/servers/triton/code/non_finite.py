"""Answers NaN, both infinities and minus zero, whatever it is asked."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        values = np.array([np.nan, np.inf, -np.inf, -0.0], dtype=np.float32)
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor("OUT", values)]) for _ in requests
        ]
