"""A KServe server with an echo, a sum and difference, and one that refuses everything."""

import sys

from kserve import InferOutput, InferResponse, Model, ModelServer
from kserve.errors import InvalidInput


class Answering(Model):
    def __init__(self, name):
        super().__init__(name)
        self.ready = True

    def answer(self, payload, tensors):
        outputs = []
        for name, datatype, values in tensors:
            output = InferOutput(name=name, datatype=datatype, shape=list(values.shape), parameters=None)
            output.set_data_from_numpy(values, binary_data=True)
            outputs.append(output)
        return InferResponse(
            response_id=payload.id,
            model_name=self.name,
            infer_outputs=outputs,
            use_binary_outputs=payload.use_binary_outputs,
            requested_outputs=payload.request_outputs,
        )


class Echo(Answering):
    async def predict(self, payload, headers=None, response_headers=None):
        return self.answer(
            payload,
            [(tensor.name.replace("IN", "OUT", 1), tensor.datatype, tensor.as_numpy()) for tensor in payload.inputs],
        )

    async def get_input_types(self):
        return [{"name": "IN", "datatype": "FP32", "shape": [-1, -1]}]

    async def get_output_types(self):
        return [{"name": "OUT", "datatype": "FP32", "shape": [-1, -1]}]


class AddSub(Answering):
    async def predict(self, payload, headers=None, response_headers=None):
        first, second = (tensor.as_numpy() for tensor in payload.inputs)
        return self.answer(
            payload, [("OUTPUT0", "FP32", first + second), ("OUTPUT1", "FP32", first - second)]
        )

    async def get_input_types(self):
        return [{"name": name, "datatype": "FP32", "shape": [-1, 16]} for name in ("INPUT0", "INPUT1")]

    async def get_output_types(self):
        return [{"name": name, "datatype": "FP32", "shape": [-1, 16]} for name in ("OUTPUT0", "OUTPUT1")]


class Refuse(Answering):
    async def predict(self, payload, headers=None, response_headers=None):
        raise InvalidInput("the model refuses")


if __name__ == "__main__":
    http_port, grpc_port = (int(port) for port in sys.argv[1:3])
    models = [Echo("echo"), AddSub("add_sub"), Refuse("refuse")]
    ModelServer(http_port=http_port, grpc_port=grpc_port, workers=1).start(models)
