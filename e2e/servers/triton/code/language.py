"""The demo's classifier without ONNX Runtime: reads the very file and computes it with numpy."""

import os

import numpy as np
import triton_python_backend_utils as pb_utils


def fields(data):
    """The fields of a protobuf message: number and value, which is an integer or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            size = varint()
            yield key >> 3, data[at : at + size]
            at += size


def packed(data):
    return [value for _, value in fields(b"".join(b"\x00" + part for part in split_varints(data)))]


def split_varints(data):
    start = 0
    for end, byte in enumerate(data, 1):
        if byte < 0x80:
            yield data[start:end]
            start = end


def read_model(path):
    with open(path, "rb") as file:
        graph = next(value for number, value in fields(file.read()) if number == 7)
    attributes, constants = {}, {}
    for number, value in fields(graph):
        if number == 1:
            for inner, attribute in fields(value):
                if inner == 5:
                    parts = list(fields(attribute))
                    name = next(part for key, part in parts if key == 1).decode()
                    attributes[name] = parts
        if number == 5:
            parts = list(fields(value))
            name = next(part for key, part in parts if key == 8).decode()
            shape = [size for key, part in parts if key == 1 for size in packed(part)]
            raw = next(part for key, part in parts if key == 9)
            constants[name] = np.frombuffer(raw, dtype="<f4").reshape(shape)
    return attributes, constants


class TritonPythonModel:
    def initialize(self, args):
        folder = os.path.join(args["model_repository"], args["model_version"])
        attributes, constants = read_model(os.path.join(folder, "classifier.onnx"))
        integers = lambda name: packed(next(part for key, part in attributes[name] if key == 8))
        pool, starts = integers("pool_int64s"), integers("ngram_counts")
        ends = starts[1:] + [len(pool)]
        self.columns = {}
        for length, (start, end) in enumerate(zip(starts, ends), 1):
            for at in range(start, end, length):
                self.columns[tuple(pool[at : at + length])] = len(self.columns)
        self.labels = [part for key, part in attributes["values_strings"] if key == 9]
        self.weights, self.bias = constants["weights"], constants["bias"]

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        rows = pb_utils.get_input_tensor_by_name(request, "bytes").as_numpy()
        scores = np.stack([self.features(row) for row in rows]) @ self.weights + self.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        languages = [[self.labels[column]] for column in shares.argmax(axis=1)]
        confidence = shares.max(axis=1, keepdims=True).astype(np.float32)
        return pb_utils.InferenceResponse(
            [
                pb_utils.Tensor("language", np.array(languages, dtype=np.object_)),
                pb_utils.Tensor("confidence", confidence),
            ]
        )

    def features(self, row):
        counts = np.zeros(len(self.columns), dtype=np.float32)
        values = row.tolist()
        for length in (1, 2, 3):
            for at in range(len(values) - length + 1):
                column = self.columns.get(tuple(values[at : at + length]))
                if column is not None:
                    counts[column] += 1
        return np.log(counts + 1)
