"""Models for MLServer, with the names, inputs and outputs of the conformance suite."""

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
        outputs = [
            ResponseOutput(
                name="OUT",
                shape=tensor.shape,
                datatype=tensor.datatype,
                data=tensor.data,
                parameters=tensor.parameters,
            )
            for tensor in payload.inputs
        ]
        return self.answer(payload, outputs)


class AddSub(Answering):
    async def predict(self, payload):
        tensors = {tensor.name: tensor for tensor in payload.inputs}
        first, second = tensors["INPUT0"], tensors["INPUT1"]
        pairs = list(zip(list(first.data), list(second.data)))
        results = {"OUTPUT0": [a + b for a, b in pairs], "OUTPUT1": [a - b for a, b in pairs]}
        wanted = [output.name for output in payload.outputs or []] or list(results)
        outputs = [
            ResponseOutput(name=name, shape=first.shape, datatype="FP32", data=results[name])
            for name in wanted
        ]
        return self.answer(payload, outputs)


class Poison(Answering):
    async def predict(self, payload):
        values = list(payload.inputs[0].data)
        if any(value < 0 for value in values):
            raise InferenceError("poison value in the batch")
        doubled = [2 * value for value in values]
        shape = payload.inputs[0].shape
        return self.answer(
            payload, [ResponseOutput(name="OUT", shape=shape, datatype="FP32", data=doubled)]
        )
