// What both servers need: a listening socket on any port, whose number is the first line of the output,
// an end when the input ends, and the values that they answer with.
#pragma once
#include <arpa/inet.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

constexpr size_t pattern_floats = 1 << 18;

// Every element of an answer is 1.5.
inline const std::vector<float> &pattern() {
  static const std::vector<float> floats(pattern_floats, 1.5f);
  return floats;
}

inline int listen_anywhere() {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr *>(&address), length) != 0 || listen(fd, 4096) != 0) {
    perror("listen");
    exit(1);
  }
  getsockname(fd, reinterpret_cast<sockaddr *>(&address), &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

inline int accept_one(int listener) {
  int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  int on = 1;
  if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

inline void watch(int epoll, int operation, int fd, void *what, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = what;
  epoll_ctl(epoll, operation, fd, &event);
}

// "out16" answers with 16 elements for each row.
inline size_t floats_of(const std::string &model) {
  return model.rfind("out", 0) == 0 ? strtoul(model.c_str() + 3, nullptr, 10) : 16;
}
