import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventParser } from "./event-parser.ts";

const where = (): string => "POST http://m";

/** The events of a text given in pieces, as `[type, data]`. */
function eventsOf(pieces: readonly Uint8Array[], maxEventBytes = 1000): (readonly string[])[] {
  const parser = createEventParser(maxEventBytes, where);
  const events = pieces.flatMap((piece) => [...parser.push(piece)]);
  parser.end();
  return events.map(({ type, data }) => [type, Buffer.from(data).toString("utf8")]);
}

const whole = (text: string): readonly Uint8Array[] => [Buffer.from(text)];

describe("an event stream", () => {
  it.each([
    ["LF", "data: a\n\ndata: b\n\n"],
    ["CR LF", "data: a\r\n\r\ndata: b\r\n\r\n"],
    ["CR", "data: a\r\rdata: b\r\r"],
    ["a mixture", "data: a\r\n\rdata: b\n\r\n"],
  ])("has lines that end with %s", (_name, text) => {
    expect(eventsOf(whole(text))).toEqual([
      ["message", "a"],
      ["message", "b"],
    ]);
  });

  it.each([
    ["joins several lines of data", "data: a\ndata:\ndata: b\n\n", [["message", "a\n\nb"]]],
    ["takes one space off a value, and no more", "data:  a\ndata:b\n\n", [["message", " a\nb"]]],
    ["reads a field without a colon as an empty value", "data\n\n", [["message", ""]]],
    ["passes over comments", ": hello\ndata: a\n:\n\n:\n\n", [["message", "a"]]],
    ["passes over other fields", "id: 7\nretry: 1\nx: y\ndata: a\nDATA: b\n\n", [["message", "a"]]],
    ["has no event without data", "event: error\n\ndata: a\n\n", [["message", "a"]]],
    [
      "gives an event its type",
      "event: error\ndata: a\n\ndata: b\n\n",
      [
        ["error", "a"],
        ["message", "b"],
      ],
    ],
    ["passes over a mark at its start", "\uFEFFdata: a\n\n", [["message", "a"]]],
    ["has a mark at its start alone", "data: a\n\n\uFEFFdata: b\n\n", [["message", "a"]]],
    ["keeps colons in a value", 'data: {"a":1}\n\n', [["message", '{"a":1}']]],
  ])("%s", (_name, text, events) => {
    expect(eventsOf(whole(text))).toEqual(events);
  });

  it("keeps bytes that are no UTF-8, for the reader of the data to refuse", () => {
    const parser = createEventParser(100, where);
    const [event] = parser.push(Buffer.from("data: \xff\n\n", "latin1"));
    expect(event?.data).toEqual(Uint8Array.of(0xff));
  });

  it("leaves the memory of its pieces to their owner", () => {
    const parser = createEventParser(100, where);
    const piece = Buffer.from("data: a");
    expect([...parser.push(piece)]).toEqual([]);
    piece.fill("x");
    const [event] = parser.push(Buffer.from("\n\n"));
    expect(event?.data).toEqual(Uint8Array.of(0x61));
  });

  it.each(["data: a", "data: a\n", "data: a\n\ndat", "event: error\n", "data: a\r", "\uFEFFdata"])(
    "does not end within %j",
    (text) => {
      expect(() => eventsOf(whole(text))).toThrow(/found the end in the middle of one/);
    },
  );

  it.each(["data: a\n\n: bye", "\uFEFFdata: a\n\n:", "data: a\n\n:\n"])(
    "may end within a comment: %j",
    (text) => {
      expect(eventsOf(whole(text))).toEqual([["message", "a"]]);
    },
  );

  it.each(["", "\uFEFF", "\uFEFF: hello"])("may have no event: %j", (text) => {
    expect(eventsOf(whole(text))).toEqual([]);
  });

  it("keeps the beginning of a type that is longer than any", () => {
    expect(eventsOf(whole(`event: ${"e".repeat(900)}\ndata: a\n\n`))).toEqual([
      ["e".repeat(64), "a"],
    ]);
  });

  it("ends no event between the halves of an end of line", () => {
    const parser = createEventParser(100, where);
    expect([...parser.push(Buffer.from("data: a\r"))]).toEqual([]);
    expect([...parser.push(Buffer.from("\n"))]).toEqual([]);
    expect([...parser.push(Buffer.from("\r"))]).toHaveLength(1);
    expect([...parser.push(Buffer.from("\ndata: b\n\n"))]).toHaveLength(1);
  });

  it("has no more lines of an event than fit, however short they are", () => {
    expect(eventsOf(whole(`${"data\n".repeat(10)}\n`), 13)).toEqual([["message", "\n".repeat(9)]]);
    expect(() => eventsOf(whole(`${"data\n".repeat(12)}\n`), 13)).toThrow(/at most 13 bytes/);
  });

  it("has events of a bounded size, in one line or in many", () => {
    expect(eventsOf(whole("data: 12345\n\ndata: 12345\n\n"), 11)).toHaveLength(2);
    expect(() => eventsOf(whole("data: 123456\n\n"), 11)).toThrow(/at most 11 bytes/);
    expect(() => eventsOf(whole("data: 1\ndata: 2\ndata: 3\n\n"), 9)).toThrow(/at most 9 bytes/);
    expect(() => eventsOf([Buffer.from("data: 1"), Buffer.from("23456")], 11)).toThrow(
      /at most 11 bytes/,
    );
  });
});

/** The rules of the standard, word by word, for a text that is there as a whole. */
function readWhole(text: string): (readonly string[])[] {
  const events: (readonly string[])[] = [];
  let data: string[] = [];
  let type = "message";
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (field === "data") data.push(value);
    if (field === "event") type = value === "" ? "message" : value;
    if (line !== "") continue;
    if (data.length > 0) events.push([type, data.join("\n")]);
    data = [];
    type = "message";
  }
  return events;
}

describe("any split of an event stream", () => {
  const field = fc.constantFrom("data: ", "data:", "data", ": ", "event: ", "id: ", "x");
  const content = fc.string({ unit: fc.constantFrom("a", ":", " ", "é", "€", "😀", "\uFEFF") });
  const ending = fc.constantFrom("\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "\r\r");
  const stream = fc
    .tuple(fc.constantFrom("", "\uFEFF"), fc.array(fc.tuple(field, content, ending)))
    .map(([mark, lines]) => Buffer.from(`${mark}${lines.flat().join("")}\n\n`));

  it("gives the events that a reader of the whole text finds", () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        expect(eventsOf([bytes])).toEqual(readWhole(bytes.toString("utf8")));
      }),
    );
  });

  it("gives the same events", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (bytes, cuts) => {
        const places = cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b);
        const pieces = [0, ...places].map((from, index) => bytes.subarray(from, places[index]));
        expect(eventsOf(pieces)).toEqual(eventsOf([bytes]));
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
        expect(eventsOf(single)).toEqual(eventsOf([bytes]));
      }),
    );
  });
});
