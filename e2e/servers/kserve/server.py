"""A KServe server with the names, inputs and outputs of the conformance suite."""

import sys

from kserve import InferOutput, InferResponse, Model, ModelServer
from kserve.errors import InvalidInput

DATATYPES = "BOOL INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 FP16 FP32 FP64 BYTES".split()


class Answering(Model):
    def __init__(self, name, inputs, outputs):
        super().__init__(name)
        self.tensors = inputs, outputs
        self.ready = True

    async def get_input_types(self):
        return self.tensors[0]

    async def get_output_types(self):
        return self.tensors[1]

    def answer(self, payload, tensors):
        wanted = [output.name for output in payload.request_outputs or []]
        outputs = []
        for name, datatype, values in tensors:
            if wanted and name not in wanted:
                continue
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
        tensor = payload.inputs[0]
        return self.answer(payload, [("OUT", tensor.datatype, tensor.as_numpy())])


class AddSub(Answering):
    async def predict(self, payload, headers=None, response_headers=None):
        values = {tensor.name: tensor.as_numpy() for tensor in payload.inputs}
        first, second = values["INPUT0"], values["INPUT1"]
        return self.answer(
            payload, [("OUTPUT0", "FP32", first + second), ("OUTPUT1", "FP32", first - second)]
        )


class Poison(Answering):
    async def predict(self, payload, headers=None, response_headers=None):
        values = payload.inputs[0].as_numpy()
        if (values < 0).any():
            raise InvalidInput("poison value in the batch")
        return self.answer(payload, [("OUT", "FP32", values * 2)])


def tensor(name, datatype, *shape):
    return {"name": name, "datatype": datatype, "shape": list(shape)}


def models():
    for datatype in DATATYPES:
        yield Echo(
            f"echo_{datatype.lower()}", [tensor("IN", datatype, -1, -1)], [tensor("OUT", datatype, -1, -1)]
        )
    yield Echo("echo_unbatched", [tensor("IN", "FP32", -1, -1)], [tensor("OUT", "FP32", -1, -1)])
    pair = lambda names: [tensor(name, "FP32", -1, 16) for name in names]
    yield AddSub("add_sub", pair(["INPUT0", "INPUT1"]), pair(["OUTPUT0", "OUTPUT1"]))
    yield Poison("poison", [tensor("IN", "FP32", -1, 1)], [tensor("OUT", "FP32", -1, 1)])


if __name__ == "__main__":
    http_port, grpc_port = (int(port) for port in sys.argv[1:3])
    ModelServer(http_port=http_port, grpc_port=grpc_port, workers=1).start(list(models()))
