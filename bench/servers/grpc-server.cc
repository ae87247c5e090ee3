// Answers each inference over gRPC at once, unary and on ModelStreamInfer: the id of the request, and as
// many elements as the model's name says for each row of the first input. It reads no more of a request
// than it must, so that the client is what is measured.
#include "grpc-messages.h"
#include "listen.h"
#include <cstring>
#include <deque>
#include <nghttp2/nghttp2.h>

namespace {

constexpr int32_t stream_window = 4 << 20;
constexpr int32_t connection_window = 16 << 20;
constexpr size_t wanted_bytes = 512;  // of a message: its model, its id and its first shape

enum class Method { infer, stream, metadata, config, other };

struct Stream {
  Method method = Method::other;
  std::string head;         // of the message under way
  size_t message_left = 0;  // bytes of it that nobody needs
  bool in_message = false;
  bool is_ended = false;
  bool is_deferred = false;
  std::deque<Answer> answers;
};

struct Connection {
  int fd = -1;
  nghttp2_session *session = nullptr;
  std::string unsent;
  bool waits_to_write = false;
};

int epoll = -1;
uint8_t chunk[1 << 18];

Answer answer_to(const Stream &stream) {
  bool asks = stream.method == Method::infer || stream.method == Method::stream;
  if (asks) return inference(read_request(stream.head, frame_bytes), stream.method == Method::stream);
  std::string message = field(3, "model_configuration");
  std::string name = field(1, read_request(stream.head, frame_bytes).model);
  if (stream.method == Method::metadata) message = name;
  if (stream.method == Method::config) message = field(1, name);
  return {framed(message.size()) + message};
}

ssize_t give(nghttp2_session *session, int32_t id, uint8_t *out, size_t most, uint32_t *flags,
             nghttp2_data_source *source, void *) {
  auto *stream = static_cast<Stream *>(source->ptr);
  size_t given = 0;
  while (given < most && !stream->answers.empty()) {
    Answer &next = stream->answers.front();
    size_t of_head = std::min(next.head.size() - next.head_sent, most - given);
    memcpy(out + given, next.head.data() + next.head_sent, of_head);
    next.head_sent += of_head;
    given += of_head;
    size_t within = (4 - next.tensor_left % 4) % 4;  // bytes of an element that have been sent already
    size_t of_tensor = std::min(next.tensor_left, most - given);
    memcpy(out + given, reinterpret_cast<const char *>(pattern().data()) + within, of_tensor);
    next.tensor_left -= of_tensor;
    given += of_tensor;
    if (next.head_sent == next.head.size() && next.tensor_left == 0) stream->answers.pop_front();
  }
  if (stream->answers.empty() && stream->is_ended) {
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_nv trailer = {(uint8_t *)"grpc-status", (uint8_t *)"0", 11, 1, NGHTTP2_NV_FLAG_NONE};
    nghttp2_submit_trailer(session, id, &trailer, 1);
    return given;
  }
  if (given > 0) return given;
  stream->is_deferred = true;
  return NGHTTP2_ERR_DEFERRED;
}

int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *) {
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, new Stream);
  return 0;
}

int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t length,
              const uint8_t *value, size_t value_length, uint8_t, void *) {
  auto *stream = static_cast<Stream *>(nghttp2_session_get_stream_user_data(session, frame->hd.stream_id));
  if (stream == nullptr || length != 5 || memcmp(name, ":path", 5) != 0) return 0;
  std::string path(reinterpret_cast<const char *>(value), value_length);
  std::string method = path.substr(path.rfind('/') + 1);
  stream->method = method == "ModelInfer"         ? Method::infer
                   : method == "ModelStreamInfer" ? Method::stream
                   : method == "ModelMetadata"    ? Method::metadata
                   : method == "ModelConfig"      ? Method::config
                                                  : Method::other;
  return 0;
}

void resume(nghttp2_session *session, int32_t id, Stream *stream) {
  if (!stream->is_deferred) return;
  stream->is_deferred = false;
  nghttp2_session_resume_data(session, id);
}

int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *) {
  int32_t id = frame->hd.stream_id;
  auto *stream = static_cast<Stream *>(nghttp2_session_get_stream_user_data(session, id));
  if (stream == nullptr) return 0;
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    static nghttp2_nv headers[] = {
        {(uint8_t *)":status", (uint8_t *)"200", 7, 3, NGHTTP2_NV_FLAG_NONE},
        {(uint8_t *)"content-type", (uint8_t *)"application/grpc", 12, 16, NGHTTP2_NV_FLAG_NONE}};
    nghttp2_data_provider provider{{.ptr = stream}, give};
    nghttp2_submit_response(session, id, headers, 2, &provider);
  }
  if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) {
    stream->is_ended = true;
    resume(session, id, stream);
  }
  return 0;
}

int on_data(nghttp2_session *session, uint8_t, int32_t id, const uint8_t *data, size_t left, void *) {
  auto *stream = static_cast<Stream *>(nghttp2_session_get_stream_user_data(session, id));
  while (stream != nullptr && (left > 0 || stream->in_message)) {
    if (!stream->in_message) {
      size_t want = frame_bytes;
      auto length_of = [&] {
        const auto *bytes = reinterpret_cast<const uint8_t *>(stream->head.data());
        return size_t{bytes[1]} << 24 | size_t{bytes[2]} << 16 | size_t{bytes[3]} << 8 | bytes[4];
      };
      if (stream->head.size() >= frame_bytes) want += std::min(wanted_bytes, length_of());
      size_t taken = std::min(left, want - stream->head.size());
      stream->head.append(reinterpret_cast<const char *>(data), taken);
      data += taken;
      left -= taken;
      if (stream->head.size() < frame_bytes) return 0;
      size_t known = std::min(wanted_bytes, length_of());
      if (stream->head.size() < frame_bytes + known) continue;
      stream->in_message = true;
      stream->message_left = length_of() - known;
    }
    size_t taken = std::min(left, stream->message_left);
    stream->message_left -= taken;
    data += taken;
    left -= taken;
    if (stream->message_left > 0) return 0;
    stream->answers.push_back(answer_to(*stream));
    stream->in_message = false;
    stream->head.clear();
    resume(session, id, stream);
  }
  return 0;
}

int on_close(nghttp2_session *session, int32_t id, uint32_t, void *) {
  delete static_cast<Stream *>(nghttp2_session_get_stream_user_data(session, id));
  return 0;
}

bool write_all(Connection &one) {
  for (;;) {
    // Many frames for each call of the system.
    while (one.unsent.size() < sizeof chunk) {
      const uint8_t *frames;
      ssize_t bytes = nghttp2_session_mem_send(one.session, &frames);
      if (bytes < 0) return false;
      if (bytes == 0) break;
      one.unsent.append(reinterpret_cast<const char *>(frames), bytes);
    }
    if (one.unsent.empty()) return true;
    ssize_t sent = write(one.fd, one.unsent.data(), one.unsent.size());
    if (sent < 0) return errno == EAGAIN;
    one.unsent.erase(0, sent);
  }
}

bool serve(Connection &one, uint32_t events) {
  if (events & EPOLLIN) {
    ssize_t got = read(one.fd, chunk, sizeof chunk);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
    if (got > 0 && nghttp2_session_mem_recv(one.session, chunk, got) < 0) return false;
  }
  if (events & EPOLLERR || !write_all(one)) return false;
  if (!nghttp2_session_want_read(one.session) && !nghttp2_session_want_write(one.session)) return false;
  bool waits = !one.unsent.empty();
  if (waits != one.waits_to_write) {
    one.waits_to_write = waits;
    watch(epoll, EPOLL_CTL_MOD, one.fd, &one, waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }
  return true;
}

Connection *open(int fd, nghttp2_session_callbacks *callbacks) {
  auto *one = new Connection;
  one->fd = fd;
  nghttp2_session_server_new(&one->session, callbacks, one);
  nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
                                       {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1 << 20}};
  nghttp2_submit_settings(one->session, NGHTTP2_FLAG_NONE, settings, 2);
  nghttp2_session_set_local_window_size(one->session, NGHTTP2_FLAG_NONE, 0, connection_window);
  watch(epoll, EPOLL_CTL_ADD, fd, one, EPOLLIN);
  return one;
}

}  // namespace

int main() {
  pattern();
  nghttp2_session_callbacks *callbacks;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  epoll = epoll_create1(0);
  int listener = listen_anywhere();
  Connection accepting, input;
  watch(epoll, EPOLL_CTL_ADD, listener, &accepting, EPOLLIN);
  watch(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input, EPOLLIN);
  epoll_event events[256];
  for (;;) {
    int count = epoll_wait(epoll, events, 256, -1);
    for (int at = 0; at < count; at += 1) {
      auto *one = static_cast<Connection *>(events[at].data.ptr);
      if (one == &input) return 0;
      if (one == &accepting) {
        serve(*open(accept_one(listener), callbacks), 0);
      } else if (!serve(*one, events[at].events)) {
        nghttp2_session_del(one->session);
        close(one->fd);
        delete one;
      }
    }
  }
}
