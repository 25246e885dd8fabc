#include "serve/held/keeper.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/record.h"
#include "files/root.h"
#include "serve/hand.h"

namespace antidotary::serve::held {
namespace {

// Some 1,000 recipients and a few names; the message itself goes by its descriptor.
constexpr std::uint64_t request_bytes_max = 16 << 20;
constexpr std::uint64_t answer_bytes_max = 64 << 10;
// The process has nothing in hand when it is asked, and answers in one piece.
constexpr int packet_ms_max = 1'000;

struct KeepRequest {
  HeldMail mail;
  std::uint64_t now_unix_s = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("mail", self.mail);
    visit("now_unix_s", self.now_unix_s);
  }
};

struct ExpireRequest {
  std::uint64_t now_unix_s = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("now_unix_s", self.now_unix_s);
  }
};

struct ForgetRequest {
  std::string id;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("id", self.id);
  }
};

}  // namespace

struct Keeper::Answer {
  std::string id;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint64_t items = 0;
  std::string refused;   ///< The error's words; empty: done.
  bool no_room = false;  ///< Of its kinds the one within our own bounds.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("id", self.id);
    visit("count", self.count);
    visit("bytes", self.bytes);
    visit("items", self.items);
    visit("refused", self.refused);
    visit("no_room", self.no_room);
  }
};

Result<std::unique_ptr<Keeper>> Keeper::start(Loop& loop, Store& store) {
  std::unique_ptr<Keeper> out(new Keeper(loop, store));
  out->bytes_ = store.bytes();
  out->items_ = store.items();
  ANTIDOTARY_CHECK(out->begin());
  return out;
}

Keeper::~Keeper() {
  *alive_ = false;
  end();
}

Status Keeper::begin() {
  auto [ours, theirs] = ANTIDOTARY_TRY(jail::Channel::pair());
  const pid_t pid = fork();
  if (pid < 0) return tl::unexpected(files::system_error(errno, "start", "a keeper of mail"));
  if (pid == 0) {
    become_hand("antidotary-keep", theirs.descriptor(), store_.folder());
    serve(std::move(theirs));
  }
  process_ = pid;
  channel_ = std::move(ours);
  return loop_.watch(channel_.descriptor(), EPOLLIN, [this](std::uint32_t) { ready(); });
}

/// A process that did not do as it should is not waited for: it may stand on its disk for ever, and
/// the loop with it.
void Keeper::lose() {
  if (process_ >= 0) kill(process_, SIGKILL);
  end();
}

void Keeper::end() {
  if (process_ < 0) return;
  loop_.forget(channel_.descriptor());
  channel_.close();
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  at_work_ = false;
}

void Keeper::serve(jail::Channel channel) {
  for (;;) {
    const auto message = channel.receive(-1, request_bytes_max);
    if (!message) _exit(0);
    const Buffer body = to_wire(carry_out(*message));
    if (!channel.send(message->tag, body)) _exit(0);
  }
}

Keeper::Answer Keeper::carry_out(const jail::Message& message) {
  Answer out;
  const auto refused = [&out](const Error& error) {
    out.refused = error.what;
    out.no_room = error.kind == ErrorKind::budget_spent;
  };
  switch (static_cast<Act>(message.tag)) {
    case Act::keep: {
      auto request = from_wire<KeepRequest>(message.body);
      if (!request) {
        refused(request.error());
        break;
      }
      const auto kept =
          store_.keep(std::move(request->mail), message.descriptor.get(), request->now_unix_s);
      if (kept) out.id = kept->id;
      if (!kept) refused(kept.error());
      break;
    }
    case Act::expire: {
      const auto request = from_wire<ExpireRequest>(message.body);
      if (request) out.count = store_.expire(request->now_unix_s);
      break;
    }
    case Act::forget: {
      const auto request = from_wire<ForgetRequest>(message.body);
      if (request) static_cast<void>(store_.forget(request->id));
      break;
    }
  }
  out.bytes = store_.bytes();
  out.items = store_.items();
  return out;
}

std::uint64_t Keeper::keep(HeldMail mail, files::Fd message, std::uint64_t now_unix_s, Kept told) {
  Job job;
  job.body = to_wire(KeepRequest{std::move(mail), now_unix_s});
  job.message = std::move(message);
  job.kept = std::move(told);
  const std::uint64_t number = job.number = next_number_++;
  add(std::move(job));
  return number;
}

void Keeper::expire(std::uint64_t now_unix_s, Expired told) {
  Job job;
  job.act = Act::expire;
  job.body = to_wire(ExpireRequest{now_unix_s});
  job.expired = std::move(told);
  add(std::move(job));
}

void Keeper::give_up(std::uint64_t number) {
  const auto job = std::find_if(jobs_.begin(), jobs_.end(),
                                [number](const Job& one) { return one.number == number; });
  if (job == jobs_.end()) return;
  if (at_work_ && job == jobs_.begin()) {
    job->given_up = true;
  } else {
    jobs_.erase(job);
  }
}

void Keeper::add(Job job) {
  jobs_.push_back(std::move(job));
  if (at_work_ || jobs_.size() > 1) return;
  // Later: nobody is told within their own request, not even of a process that cannot be begun.
  loop_.later([this, alive = alive_] {
    if (*alive) next();
  });
}

void Keeper::next() {
  while (!at_work_ && !jobs_.empty()) {
    Status asked = process_ < 0 ? begin() : Status{};
    const Job& job = jobs_.front();
    if (asked) {
      asked = channel_.send(static_cast<std::uint8_t>(job.act), job.body, job.message.get(),
                            packet_ms_max);
    }
    if (asked) {
      at_work_ = true;
      return;
    }
    lose();
    Job failed = std::move(jobs_.front());
    jobs_.pop_front();
    tell(std::move(failed), tl::unexpected(asked.error()));
  }
}

void Keeper::ready() {
  const auto message = channel_.receive(packet_ms_max, answer_bytes_max);
  const Result<Answer> answer =
      message ? from_wire<Answer>(message->body) : Result<Answer>(tl::unexpected(message.error()));
  const bool asked = std::exchange(at_work_, false);
  if (!answer) lose();
  if (asked) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    tell(std::move(job), answer);
  }
  next();
}

void Keeper::tell(Job job, const Result<Answer>& answer) {
  if (answer) {
    bytes_ = answer->bytes;
    items_ = answer->items;
  }
  if (job.expired) {
    return job.expired(answer ? Result<std::uint64_t>(answer->count)
                              : tl::unexpected(answer.error()));
  }
  const bool kept = answer && answer->refused.empty();
  if (job.given_up && kept) {
    Job forget;
    forget.act = Act::forget;
    forget.body = to_wire(ForgetRequest{answer->id});
    jobs_.push_back(std::move(forget));
  }
  if (job.given_up || !job.kept) return;
  if (kept) return job.kept(answer->id);
  if (!answer) return job.kept(tl::unexpected(answer.error()));
  job.kept(tl::unexpected(Error{answer->no_room ? ErrorKind::budget_spent : ErrorKind::io,
                                answer->refused, std::nullopt}));
}

}  // namespace antidotary::serve::held
