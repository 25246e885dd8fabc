#include "worker/worker.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "core/record.h"
#include "scan/scanner.h"
#include "sources/tree_server.h"
#include "sources/tree_wire.h"
#include "worker/distrust.h"
#include "worker/inside.h"
#include "worker/protocol.h"

namespace antidotary::worker {
namespace {

using Clock = std::chrono::steady_clock;

// The largest answer that anybody waits for: far above a full report, far below our memory.
constexpr std::uint64_t answer_bytes_max = 64 << 20;

int ms_until(Clock::time_point instant) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(instant - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

}  // namespace

std::span<const std::string_view> enum_names(HiveEdit::Act) {
  static constexpr std::array<std::string_view, 3> names = {"remove_value", "replace_value",
                                                            "remove_key"};
  return names;
}

struct Worker::State {
  const entries::Encyclopedia& encyclopedia;
  Options options;
  scan::Scanner scanner;
  std::optional<jail::Child> child;
  std::uint32_t objects = 0;  ///< Served by this child.
  Clock::duration busy{};     ///< How long we waited for it; it used no more processor time.
  Tally tally;

  State(const entries::Encyclopedia& known, Options chosen)
      : encyclopedia(known), options(std::move(chosen)), scanner(known) {
    // Wall time is watched here and ends one request; processor time only backs it up, so that it
    // must not run out first.
    const std::uint64_t least_s = request_ms_max() / 1000 + 1;
    options.confinement.cpu_s_max =
        static_cast<std::uint32_t>(std::max<std::uint64_t>(options.confinement.cpu_s_max, least_s));
  }

  std::uint64_t request_ms_max() const {
    constexpr std::uint64_t day_ms = 86'400'000;
    return std::min(options.limits.time_ms_max, day_ms) + std::min(options.slack_ms, day_ms);
  }

  /// A worker that may serve one more request.
  Status make_ready();
  /// Ends the worker; the error that the request is answered with.
  tl::unexpected<Error> give_up(std::string_view reason = "");
  /// One request and its answer, whose tag is `wanted`. Errors: worker_died, those of the worker.
  Result<Buffer> exchange(WorkTag tag, Bytes body, int descriptor, WorkTag wanted,
                          sources::TreeServer* server = nullptr);
  Status send(WorkTag tag, Bytes body, int descriptor);
  Result<Buffer> wait(WorkTag wanted, sources::TreeServer* server, Clock::time_point deadline);
};

Status Worker::State::make_ready() {
  const auto busy_after = busy + std::chrono::milliseconds(request_ms_max());
  const bool tired = objects >= options.objects_per_worker_max ||
                     busy_after >= std::chrono::seconds(options.confinement.cpu_s_max);
  if (child && objects > 0 && tired) child.reset();
  if (child) return {};
  objects = 0;
  busy = {};
  child.emplace(ANTIDOTARY_TRY(jail::start(options.confinement, [this](jail::Channel& channel) {
    serve_requests(encyclopedia, scanner, options, channel);
  })));
  ++tally.started;
  return {};
}

tl::unexpected<Error> Worker::State::give_up(std::string_view reason) {
  const std::string ending = child->reap();
  child.reset();
  ++tally.died;
  return fail(ErrorKind::worker_died, "the worker {}", reason.empty() ? ending : reason);
}

Status Worker::State::send(WorkTag tag, Bytes body, int descriptor) {
  const int timeout_ms = static_cast<int>(request_ms_max());
  ANTIDOTARY_CHECK(make_ready());
  Status sent = child->channel().send(number(tag), body, descriptor, timeout_ms);
  if (sent || sent.error().kind != ErrorKind::worker_died) return sent;
  // It died between two requests: that is not this one's fault.
  child.reset();
  ++tally.died;
  ANTIDOTARY_CHECK(make_ready());
  return child->channel().send(number(tag), body, descriptor, timeout_ms);
}

Result<Buffer> Worker::State::wait(WorkTag wanted, sources::TreeServer* server,
                                   Clock::time_point deadline) {
  for (;;) {
    // Asked here as well: a worker that always has a request waiting never makes receive wait.
    if (Clock::now() >= deadline) return give_up("took too long and was stopped");
    auto message = child->channel().receive(ms_until(deadline), answer_bytes_max);
    if (!message) {
      switch (message.error().kind) {
        case ErrorKind::worker_died:
          return give_up();
        case ErrorKind::budget_spent:
          return give_up("took too long and was stopped");
        default:
          return give_up("sent what is no message, and was stopped");
      }
    }
    if (message->tag == number(wanted)) return std::move(message->body);
    if (message->tag == number(WorkTag::failure)) {
      return tl::unexpected(sources::error_from_wire(message->body));
    }
    if (server == nullptr) return give_up("answered out of turn, and was stopped");
    const Status served = server->serve(child->channel(), *message);
    if (!served && served.error().kind == ErrorKind::worker_died) return give_up();
    if (!served) return give_up(served.error().what + ", and was stopped");
  }
}

Result<Buffer> Worker::State::exchange(WorkTag tag, Bytes body, int descriptor, WorkTag wanted,
                                       sources::TreeServer* server) {
  const auto started = Clock::now();
  const Status sent = send(tag, body, descriptor);
  if (!sent && child) return give_up();
  if (!sent) return tl::unexpected(sent.error());
  auto answer = wait(wanted, server, started + std::chrono::milliseconds(request_ms_max()));
  ++objects;
  busy += Clock::now() - started;
  return answer;
}

Worker::Worker(const entries::Encyclopedia& encyclopedia, Options options)
    : state_(std::make_unique<State>(encyclopedia, std::move(options))) {}
Worker::~Worker() = default;

const Tally& Worker::tally() const { return state_->tally; }

scan::Report Worker::scan(int descriptor, const std::string& name) {
  const auto unread = [&name](scan::Gap gap, const Error& error) {
    scan::Report report;
    report.objects = 1;
    report.unread.push_back({gap, {name}, error.what});
    return report;
  };
  const auto stat = files::stat_of(descriptor);
  if (!stat) return unread(scan::Gap::failed, stat.error());
  if (stat->kind != files::Kind::file) {
    return unread(scan::Gap::failed, {ErrorKind::refused, "not a regular file", std::nullopt});
  }
  const auto answer = state_->exchange(
      WorkTag::scan, to_wire(ObjectRequest{name, stat->size_bytes}), descriptor, WorkTag::report);
  if (!answer) {
    const bool limited = answer.error().kind == ErrorKind::budget_spent;
    return unread(limited ? scan::Gap::limited : scan::Gap::failed, answer.error());
  }
  auto report = believe_report(*answer, state_->encyclopedia, name);
  if (!report) {
    return unread(scan::Gap::failed, state_->give_up("answered nonsense, and was stopped").value());
  }
  // What ran into a limit may have meant to: no later object shall share its memory.
  const bool limited = std::any_of(report->unread.begin(), report->unread.end(),
                                   [](const auto& one) { return one.gap == scan::Gap::limited; });
  if (limited) state_->child.reset();
  return std::move(*report);
}

Result<diagnosis::Examination> Worker::examine(const files::Root& root) {
  sources::TreeServer server(root);
  const Buffer answer =
      ANTIDOTARY_TRY(state_->exchange(WorkTag::examine, {}, -1, WorkTag::examination, &server));
  auto examination = believe_examination(answer, state_->encyclopedia);
  if (!examination) return state_->give_up("answered nonsense, and was stopped");
  return examination;
}

Result<std::vector<regf::Edit>> Worker::edit_hive(int descriptor, const HiveEdit& edit) {
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(descriptor));
  if (stat.kind != files::Kind::file) return fail(ErrorKind::refused, "not a regular file");
  const Buffer answer = ANTIDOTARY_TRY(state_->exchange(
      WorkTag::edit_hive, to_wire(EditRequest{stat.size_bytes, edit}), descriptor, WorkTag::edits));
  auto edits = believe_edits(answer, stat.size_bytes);
  if (!edits) return state_->give_up("answered nonsense, and was stopped");
  return edits;
}

}  // namespace antidotary::worker
