import { describe, expect, it } from "vitest";
import { parseEndpoint } from "./parse-endpoint.ts";

describe("endpoints", () => {
  const accepted: readonly (readonly [unknown, string])[] = [
    ["http://localhost:8000", "http://localhost:8000"],
    ["HTTP://LocalHost:8000/", "http://localhost:8000"],
    ["http://localhost:8000///", "http://localhost:8000"],
    ["https://triton.example/v2", "https://triton.example"],
    ["https://triton.example/v2/", "https://triton.example"],
    ["https://triton.example/v2/models", "https://triton.example"],
    ["https://triton.example/v2/models/", "https://triton.example"],
    ["https://gateway.example/team/a/v2/models", "https://gateway.example/team/a"],
    ["https://gateway.example/team/a/", "https://gateway.example/team/a"],
    ["https://gateway.example/apiv2", "https://gateway.example/apiv2"],
    ["http://[::1]:8000/v2", "http://[::1]:8000"],
    [["http://localhost:8000/v2"], "http://localhost:8000"],
    ["http://a:8000/v2, http://b:8000/", "http://a:8000,http://b:8000"],
    [["http://b:8000", "https://a:8000/x/v2"], "http://b:8000,https://a:8000/x"],
  ];
  it.each(accepted)("normalises %j to %s", (value, endpoint) => {
    expect(parseEndpoint(value)).toEqual({ endpoint });
  });

  const none = "expected a URL such as http://localhost:8000, found none";
  const twice = "expected each URL once, found one twice";
  const comma = "expected a URL without commas, found one";
  const noUrl = "expected a URL such as http://localhost:8000, found something else";
  const otherProtocol = "expected a URL that begins with http:// or https://, found another";
  const credentials = "expected a URL without credentials, found some; use auth-token";
  const query = "expected a URL without query and fragment, found one";
  const refused: readonly (readonly [unknown, string])[] = [
    ["http://a:8000,http://a:8000/v2", twice],
    [["http://a:8000", "http://a:8000/"], twice],
    ["http://a:8000,", noUrl],
    ["http://a:8000/x,y", noUrl],
    [["http://a:8000/x,y"], comma],
    [["http://a:8000", 7], noUrl],
    [[], none],
    [[[]], noUrl],
    ["", noUrl],
    ["localhost", noUrl],
    ["http://", noUrl],
    [8000, noUrl],
    ["localhost:8000", otherProtocol],
    ["grpc://localhost:8001", otherProtocol],
    ["file:///etc/hosts", otherProtocol],
    ["canary:hunter2@triton.example:8000", otherProtocol],
    ["http://canary:hunter2@triton.example", credentials],
    ["http://canary@triton.example", credentials],
    ["http://triton.example/?key=canary", query],
    ["http://triton.example/v2?", query],
    ["http://triton.example/#canary", query],
  ];
  it.each(refused)("refuses %j without repeating it", (value, problem) => {
    expect(parseEndpoint(value)).toEqual({ problem });
  });
});
