// As much of protobuf and of gRPC's framing as an inference takes.
#pragma once
#include "listen.h"
#include <algorithm>

constexpr size_t frame_bytes = 5;

struct Answer {
  std::string head;
  size_t head_sent = 0;
  size_t tensor_left = 0;
};

inline std::string varint(uint64_t value) {
  std::string bytes;
  for (; value > 127; value >>= 7) bytes += static_cast<char>(value | 128);
  return bytes + static_cast<char>(value);
}

inline std::string field(int number, const std::string &value) {
  return static_cast<char>(number << 3 | 2) + varint(value.size()) + value;
}

inline uint64_t read_varint(const std::string &text, size_t &at) {
  uint64_t value = 0;
  for (int shift = 0; at < text.size(); shift += 7) {
    uint8_t byte = text[at++];
    value |= static_cast<uint64_t>(byte & 127) << shift;
    if (byte < 128) break;
  }
  return value;
}

struct Request {
  std::string model, id;
  size_t rows = 1;
};

// The fields up to the first input's shape, which come in the order of their numbers.
inline Request read_request(const std::string &text, size_t from) {
  Request request;
  for (size_t at = from; at < text.size();) {
    uint8_t key = text[at++];
    if ((key & 7) != 2) {
      read_varint(text, at);
      continue;
    }
    size_t length = read_varint(text, at);
    if (key == (1 << 3 | 2)) request.model = text.substr(at, length);
    if (key == (3 << 3 | 2)) request.id = text.substr(at, length);
    if (key == (5 << 3 | 2)) {
      for (size_t end = std::min(at + length, text.size()); at < end;) {
        uint8_t inner = text[at++];
        size_t bytes = inner == (3 << 3 | 0) ? 0 : read_varint(text, at);
        if (inner >> 3 == 3) {
          request.rows = std::max<size_t>(read_varint(text, at), 1);
          break;
        }
        at += bytes;
      }
      break;
    }
    at += length;
  }
  return request;
}

inline std::string framed(size_t bytes) {
  std::string frame(frame_bytes, '\0');
  for (int at = 0; at < 4; at += 1) frame[4 - at] = static_cast<char>(bytes >> (8 * at));
  return frame;
}

inline Answer inference(const Request &request, bool is_stream) {
  size_t each = floats_of(request.model), bytes = request.rows * each * 4;
  std::string output = field(1, "OUT") + field(2, "FP32") + field(3, varint(request.rows) + varint(each));
  std::string head = field(1, request.model) + field(2, "1") +
                     (request.id.empty() ? "" : field(3, request.id)) + field(5, output) +
                     static_cast<char>(6 << 3 | 2) + varint(bytes);
  if (is_stream) head = static_cast<char>(2 << 3 | 2) + varint(head.size() + bytes) + head;
  return {framed(head.size() + bytes) + head, 0, bytes};
}
