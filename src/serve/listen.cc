#include "serve/listen.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "core/text.h"
#include "files/root.h"

namespace antidotary::serve {
namespace {

constexpr int backlog = 1024;
constexpr int first_inherited = 3;

template <class Address>
const sockaddr* generic(const Address* address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(address));
}

bool address_of(const std::string& path, sockaddr_un& out) {
  out = {};
  out.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof out.sun_path) return false;
  std::memcpy(out.sun_path, path.data(), path.size());
  return true;
}

bool answers(const sockaddr_un& address) {
  const files::Fd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe.valid() && connect(probe.get(), generic(&address), sizeof address) == 0;
}

Result<Listening> open_unix(const Listen& listen, const std::string& name) {
  const std::string& path = listen.unix_path;
  sockaddr_un address{};
  if (!address_of(path, address)) {
    return fail(ErrorKind::bad_input, "{} is too long for a socket's path", path);
  }
  files::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) return tl::unexpected(files::system_error(errno, "make", "a socket"));
  struct stat there {};
  if (lstat(path.c_str(), &there) == 0) {
    if (!S_ISSOCK(there.st_mode)) {
      return fail(ErrorKind::busy, "{} exists and is no socket; name another path", path);
    }
    if (answers(address)) {
      return fail(ErrorKind::busy, "somebody listens on {} already; stop it first", path);
    }
    unlink(path.c_str());
  }
  // Made for nobody, then opened to whom it is for: there is no moment in which others may connect.
  const mode_t before = umask(0777);
  const int bound = bind(socket.get(), generic(&address), sizeof address);
  const int why = errno;
  umask(before);
  if (bound != 0) return tl::unexpected(files::system_error(why, "listen on", path));
  if (chmod(path.c_str(), listen.unix_mode) != 0 || ::listen(socket.get(), backlog) != 0) {
    return tl::unexpected(files::system_error(errno, "listen on", path));
  }
  return Listening{std::move(socket), name, path};
}

Result<Listening> open_tcp(const std::string& tcp, const std::string& name) {
  const std::size_t colon = tcp.rfind(':');
  std::string host = tcp.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string port = tcp.substr(colon + 1);
  if (host == "localhost") host = "127.0.0.1";
  if (getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0 || found == nullptr) {
    return fail(ErrorKind::bad_input, "'{}' is no numeric address such as 127.0.0.1", host);
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> held(found, freeaddrinfo);
  files::Fd socket(
      ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!socket.valid()) return tl::unexpected(files::system_error(errno, "make", "a socket"));
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(socket.get(), backlog) != 0) {
    return tl::unexpected(files::system_error(errno, "listen on", tcp));
  }
  return Listening{std::move(socket), name, {}};
}

int number_in(const char* name) {
  const char* const text = std::getenv(name);
  int number = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

}  // namespace

Result<std::vector<Listening>> open_listeners(const Listen& listen, const std::string& name) {
  std::vector<Listening> out;
  if (!listen.unix_path.empty()) out.push_back(ANTIDOTARY_TRY(open_unix(listen, name)));
  if (!listen.tcp.empty()) out.push_back(ANTIDOTARY_TRY(open_tcp(listen.tcp, name)));
  return out;
}

std::vector<Listening> inherited_listeners() {
  std::vector<Listening> out;
  if (number_in("LISTEN_PID") != getpid()) return out;
  const int count = number_in("LISTEN_FDS");
  const char* const names = std::getenv("LISTEN_FDNAMES");
  const std::vector<std::string_view> words = split(names == nullptr ? "" : names, ':');
  for (int i = 0; i < count && i < 64; ++i) {
    const int descriptor = first_inherited + i;
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    const auto index = static_cast<std::size_t>(i);
    out.push_back(
        {files::Fd(descriptor), std::string(index < words.size() ? words[index] : ""), {}});
  }
  return out;
}

void notify_systemd(std::string_view words) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || !address_of(path, address)) return;
  const std::size_t length = offsetof(sockaddr_un, sun_path) + std::strlen(path);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const files::Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return;
  sendto(socket.get(), words.data(), words.size(), MSG_NOSIGNAL, generic(&address),
         static_cast<socklen_t>(length));
}

}  // namespace antidotary::serve
