import { createModelFromOptions, float32, OptionsError } from "@nereid/core";
import { describe, expect, it } from "vitest";
import { tritonGrpcProvider } from "../src/index.ts";
import { startRawServer } from "./raw-server.fixture.ts";

const context = {
  providers: [tritonGrpcProvider],
  inputs: { X: float32() },
  outputs: { X: float32() },
};

/** Opens a model over `triton-grpc` and asks it once. */
async function predictWith(
  own: Record<string, unknown>,
): Promise<{ readonly isStream: boolean | undefined }> {
  await using server = await startRawServer();
  const map = { provider: "triton-grpc", endpoint: server.address, "model-name": "m", ...own };
  await using model = await createModelFromOptions(map, context);
  expect(await model.predict({ X: 4 })).toEqual({ X: 4 });
  return { isStream: server.requests[0]?.isStream };
}

describe("provider triton-grpc", () => {
  it("is unary unless told otherwise", async () => {
    expect(await predictWith({})).toEqual({ isStream: false });
  });

  it("takes its own options as text", async () => {
    const own = {
      "grpc-mode": "stream",
      "grpc-streams": "1",
      "grpc-channels": "2",
      "grpc-keep-alive-ms": "600000",
    };
    expect(await predictWith(own)).toEqual({ isStream: true });
  });

  it.each([
    ["grpc-mode", "both"],
    ["grpc-streams", "0"],
    ["grpc-streams", "1.5"],
    ["grpc-channels", "65"],
    ["grpc-channels", ""],
    ["grpc-keep-alive-ms", "9999"],
  ])("refuses %s = %j by its name", async (name, value) => {
    const failing = predictWith({ [name]: value });
    await expect(failing).rejects.toBeInstanceOf(OptionsError);
    await expect(failing).rejects.toThrow(name);
  });

  it("refuses an option that it does not know", async () => {
    await expect(predictWith({ "grpc-stream": "1" })).rejects.toThrow("grpc-stream");
  });

  it("refuses every wrong option at once", async () => {
    const failing = predictWith({ "grpc-mode": "both", "grpc-streams": "0" });
    await expect(failing).rejects.toThrow(/grpc-mode[\s\S]*grpc-streams/);
  });
});
