"""Models for MLServer: echo, sum and difference, and one that refuses everything."""

from mlserver import MLModel
from mlserver.errors import InferenceError
from mlserver.types import InferenceResponse, ResponseOutput


class Answering(MLModel):
    def answer(self, payload, outputs):
        return InferenceResponse(
            id=payload.id, model_name=self.name, model_version=self.version, outputs=outputs
        )


class Echo(Answering):
    async def predict(self, payload):
        return self.answer(
            payload,
            [
                ResponseOutput(
                    name=tensor.name.replace("IN", "OUT", 1),
                    shape=tensor.shape,
                    datatype=tensor.datatype,
                    data=tensor.data,
                    parameters=tensor.parameters,
                )
                for tensor in payload.inputs
            ],
        )


class AddSub(Answering):
    async def predict(self, payload):
        first, second = (list(tensor.data) for tensor in payload.inputs)
        pairs = list(zip(first, second))
        shape = payload.inputs[0].shape
        return self.answer(
            payload,
            [
                ResponseOutput(name="OUTPUT0", shape=shape, datatype="FP32", data=[a + b for a, b in pairs]),
                ResponseOutput(name="OUTPUT1", shape=shape, datatype="FP32", data=[a - b for a, b in pairs]),
            ],
        )


class Refuse(Answering):
    async def predict(self, payload):
        raise InferenceError("the model refuses")
