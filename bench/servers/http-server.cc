// Answers each inference over HTTP/1.1 at once: the id of the request, and as many elements as the
// model's name says for each row of the first input, binary when the request was. It reads no more of a
// request than it must, so that the client is what is measured.
#include "listen.h"
#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <strings.h>
#include <sys/uio.h>

namespace {

struct Answer {
  std::string head;
  size_t head_sent = 0;
  size_t tensor_left = 0;
};

struct Connection {
  int fd = -1;
  std::string head;      // of the request, and the beginning of its body
  size_t body_left = 0;  // bytes of the body under way that nobody needs
  bool has_answer = false;
  Answer answer;         // to the request whose body is under way
  std::deque<Answer> answers;
  bool waits_to_write = false;
};

int epoll = -1;
constexpr size_t most_head = 16384;
char chunk[1 << 18];

std::string between(const std::string &text, const char *start, size_t from, const char *stops) {
  size_t at = text.find(start, from);
  if (at == std::string::npos) return "";
  at += strlen(start);
  return text.substr(at, text.find_first_of(stops, at) - at);
}

std::string header(const std::string &text, size_t end, const char *name) {
  size_t length = strlen(name);
  for (size_t at = text.find("\r\n"); at < end; at = text.find("\r\n", at + 2)) {
    if (strncasecmp(text.c_str() + at + 2, name, length) != 0) continue;
    if (text[at + 2 + length] == ':') return between(text, ":", at, "\r");
  }
  return "";
}

Answer plain(const std::string &json) {
  return {"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " +
          std::to_string(json.size()) + "\r\n\r\n" + json};
}

Answer facts(const std::string &path) {
  std::string model = between(path, "/v2/models/", 0, "/ ");
  if (model.empty()) return plain(R"({"name":"bench","version":"1","extensions":["model_configuration"]})");
  if (path.find("/ready") != std::string::npos) return plain("");
  if (path.find("/config") != std::string::npos)
    return plain("{\"name\":\"" + model + "\",\"max_batch_size\":4096}");
  return plain("{\"name\":\"" + model + R"(","versions":["1"],"platform":"bench",)" +
               R"("inputs":[{"name":"IN","datatype":"FP32","shape":[-1,-1]}],)" +
               R"("outputs":[{"name":"OUT","datatype":"FP32","shape":[-1,)" +
               std::to_string(floats_of(model)) + "]}]}");
}

const std::string &numbers(size_t count) {
  static std::map<size_t, std::string> known;
  std::string &text = known[count];
  if (text.empty())
    for (size_t at = 0; at < count; at += 1) text += at == 0 ? "1.5" : ",1.5";
  return text;
}

Answer inference(const std::string &path, const std::string &body, bool is_binary) {
  std::string model = between(path, "/v2/models/", 0, "/ ");
  std::string id = between(body, "\"id\":\"", 0, "\"");
  if (id.empty()) id = between(body, "\"id\": \"", 0, "\"");
  size_t rows = 1;
  size_t at = body.find("\"shape\":");
  if (at != std::string::npos) rows = strtoul(body.c_str() + body.find('[', at) + 1, nullptr, 10);
  rows = std::max<size_t>(rows, 1);
  size_t each = floats_of(model);
  std::string json = "{" + (id.empty() ? "" : "\"id\":\"" + id + "\",") + "\"model_name\":\"" + model +
                     R"(","model_version":"1","outputs":[{"name":"OUT","datatype":"FP32","shape":[)" +
                     std::to_string(rows) + "," + std::to_string(each) + "],";
  if (!is_binary) return plain(json + "\"data\":[" + numbers(rows * each) + "]}]}");
  size_t bytes = rows * each * 4;
  json += "\"parameters\":{\"binary_data_size\":" + std::to_string(bytes) + "}}]}";
  return {"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"
          "inference-header-content-length: " + std::to_string(json.size()) +
              "\r\ncontent-length: " + std::to_string(json.size() + bytes) + "\r\n\r\n" + json,
          0, bytes};
}

// Reads what is needed of a request; false when there is not yet enough of it.
bool begin(Connection &one) {
  size_t end = one.head.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  size_t start = end + 4;
  size_t length = strtoul(header(one.head, end, "content-length").c_str(), nullptr, 10);
  std::string json_length = header(one.head, end, "inference-header-content-length");
  size_t wanted = json_length.empty() ? 2048 : strtoul(json_length.c_str(), nullptr, 10);
  wanted = std::min({wanted, length, most_head - start});
  if (one.head.size() - start < wanted) return false;
  std::string path = between(one.head, " ", 0, " ");
  bool is_inference = path.size() > 6 && path.compare(path.size() - 6, 6, "/infer") == 0;
  one.answer = is_inference ? inference(path, one.head.substr(start, wanted), !json_length.empty())
                            : facts(path);
  one.has_answer = true;
  size_t here = std::min(length, one.head.size() - start);
  one.body_left = length - here;
  one.head.erase(0, start + here);
  return true;
}

bool write_all(Connection &one) {
  const char *tensor = reinterpret_cast<const char *>(pattern().data());
  while (!one.answers.empty()) {
    Answer &next = one.answers.front();
    size_t within = (4 - next.tensor_left % 4) % 4;  // bytes of an element that have been sent already
    size_t most = std::min(next.tensor_left, pattern_floats * sizeof(float) - within);
    iovec parts[2] = {{next.head.data() + next.head_sent, next.head.size() - next.head_sent},
                      {const_cast<char *>(tensor) + within, most}};
    ssize_t sent = writev(one.fd, parts, 2);
    if (sent < 0) return errno == EAGAIN;
    size_t of_head = std::min<size_t>(sent, parts[0].iov_len);
    next.head_sent += of_head;
    next.tensor_left -= sent - of_head;
    if (next.head_sent == next.head.size() && next.tensor_left == 0) one.answers.pop_front();
  }
  return true;
}

void consume(Connection &one, const char *data, size_t left) {
  while (left > 0 || !one.head.empty() || one.has_answer) {
    size_t taken = std::min(left, one.has_answer ? one.body_left : most_head - one.head.size());
    if (one.has_answer) one.body_left -= taken;
    else one.head.append(data, taken);
    data += taken;
    left -= taken;
    if (!one.has_answer && !begin(one)) {
      if (left == 0) return;
      continue;
    }
    if (one.body_left > 0) {
      if (left == 0) return;
      continue;
    }
    one.answers.push_back(std::move(one.answer));
    one.has_answer = false;
  }
}

bool serve(Connection &one, uint32_t events) {
  if (events & EPOLLIN) {
    ssize_t got = read(one.fd, chunk, sizeof chunk);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
    if (got > 0) consume(one, chunk, got);
  }
  if (events & EPOLLERR || !write_all(one)) return false;
  bool waits = !one.answers.empty();
  if (waits != one.waits_to_write) {
    one.waits_to_write = waits;
    watch(epoll, EPOLL_CTL_MOD, one.fd, &one, waits ? EPOLLOUT : EPOLLIN);
  }
  return true;
}

}  // namespace

int main() {
  pattern();
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
        auto *fresh = new Connection;
        fresh->fd = accept_one(listener);
        watch(epoll, EPOLL_CTL_ADD, fresh->fd, fresh, EPOLLIN);
      } else if (!serve(*one, events[at].events)) {
        close(one->fd);
        delete one;
      }
    }
  }
}
