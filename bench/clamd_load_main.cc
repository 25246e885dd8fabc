// A load of clamd's clients: clamd_load SOCKET CLIENTS SECONDS FILE...
// Each client opens a connection for each message, as mail servers' filters do, sends one file by
// INSTREAM, waits for the answer and takes the next file. Prints one line of JSON: messages a
// second, how long an answer took (ms, half of them and 99 in 100 within), and what was answered.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "mail_files.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Answers {
  std::vector<double> ms;
  std::size_t clean = 0, found = 0, failed = 0;
};

bool send_all(int to, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

/// The whole answer, or what came before the end.
std::string ask(const sockaddr_un& where, const std::string& message) {
  const auto* const generic = static_cast<const sockaddr*>(static_cast<const void*>(&where));
  const int to = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string reply;
  if (connect(to, generic, sizeof where) == 0) {
    const auto size = static_cast<std::uint32_t>(message.size());
    std::string sent = "zINSTREAM";
    sent += '\0';
    for (const int shift : {24, 16, 8, 0}) sent += static_cast<char>(size >> shift);
    sent += message;
    sent.append(4, '\0');
    char part[512];
    ssize_t got = 0;
    // A daemon may answer before it has all: then sending fails, and the answer is there.
    send_all(to, sent.data(), sent.size());
    while ((got = recv(to, part, sizeof part, 0)) > 0) {
      reply.append(part, static_cast<std::size_t>(got));
    }
  }
  close(to);
  return reply;
}

void work(const sockaddr_un& where, const std::vector<std::string>& files,
          std::atomic<std::size_t>& next, Clock::time_point until, Answers& out) {
  while (Clock::now() < until) {
    const std::string& message = files[next++ % files.size()];
    const auto begin = Clock::now();
    const std::string reply = ask(where, message);
    out.ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    if (reply.find(" FOUND") != std::string::npos) {
      ++out.found;
    } else if (reply.find(": OK") != std::string::npos) {
      ++out.clean;
    } else {
      ++out.failed;
    }
  }
}

}  // namespace

int main(int count, char** words) {
  if (count < 5) return 2;
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, words[1], sizeof where.sun_path - 1);
  const std::vector<std::string> files = read_files(count - 4, words + 4);
  std::vector<Answers> answers(static_cast<std::size_t>(std::atoi(words[2])));
  std::atomic<std::size_t> next{0};
  const auto begin = Clock::now();
  const auto until = begin + std::chrono::seconds(std::atoi(words[3]));
  std::vector<std::thread> clients;
  for (Answers& one : answers) {
    clients.emplace_back([&] { work(where, files, next, until, one); });
  }
  for (std::thread& client : clients) client.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  Answers all;
  for (const Answers& one : answers) {
    all.ms.insert(all.ms.end(), one.ms.begin(), one.ms.end());
    all.clean += one.clean;
    all.found += one.found;
    all.failed += one.failed;
  }
  if (all.ms.empty()) return 1;
  std::sort(all.ms.begin(), all.ms.end());
  std::printf(
      "{\"messages_s\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"clean\":%zu,\"found\":%zu,"
      "\"failed\":%zu}\n",
      static_cast<double>(all.ms.size()) / seconds, all.ms[all.ms.size() / 2],
      all.ms[all.ms.size() * 99 / 100], all.clean, all.found, all.failed);
  return 0;
}
