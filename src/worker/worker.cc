#include "worker/worker.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

#include "core/record.h"
#include "scan/scanner.h"
#include "sources/tree_server.h"
#include "sources/tree_wire.h"
#include "worker/distrust.h"
#include "worker/inside.h"
#include "worker/pool.h"
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

/// Answers what a worker asks or says before its answer.
using Serve = std::function<Status(jail::Channel& channel, const jail::Message& message)>;

struct Worker::State {
  scan::Knowledge knowledge;
  Options options;
  scan::Scanner scanner;  ///< Of entries alone: trees and hives ask for no more.
  Pool pool;              ///< Of one worker, for objects.
  std::optional<jail::Child> child;
  std::uint32_t objects = 0;  ///< Served by this child.
  Clock::duration busy{};     ///< How long we waited for it; it used no more processor time.
  Tally tally;

  State(const scan::Knowledge& known, Options chosen)
      : knowledge(known),
        options(chosen.with_enough_cpu()),
        scanner({known.encyclopedia}),
        pool(known, options, 1) {}

  /// A worker that may serve one more request.
  Status make_ready();
  /// Ends the worker; the error that the request is answered with.
  tl::unexpected<Error> give_up(std::string_view reason = "");
  /// One request and its answer, whose tag is `wanted`. Errors: worker_died, those of the worker.
  Result<Buffer> exchange(WorkTag tag, Bytes body, int descriptor, WorkTag wanted,
                          const Serve& serve = nullptr);
  Status send(WorkTag tag, Bytes body, int descriptor);
  Result<Buffer> wait(WorkTag wanted, const Serve& serve, Clock::time_point deadline);
};

Status Worker::State::make_ready() {
  const auto busy_after = busy + std::chrono::milliseconds(options.request_ms_max());
  const bool tired = objects >= options.objects_per_worker_max ||
                     busy_after >= std::chrono::seconds(options.confinement.cpu_s_max);
  if (child && objects > 0 && tired) child.reset();
  if (child) return {};
  objects = 0;
  busy = {};
  child.emplace(ANTIDOTARY_TRY(jail::start(options.confinement, [this](jail::Channel& channel) {
    serve_requests(knowledge, scanner, options, channel);
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
  const int timeout_ms = static_cast<int>(options.request_ms_max());
  ANTIDOTARY_CHECK(make_ready());
  Status sent = child->channel().send(number(tag), body, descriptor, timeout_ms);
  if (sent || sent.error().kind != ErrorKind::worker_died) return sent;
  // It died between two requests: that is not this one's fault.
  child.reset();
  ++tally.died;
  ANTIDOTARY_CHECK(make_ready());
  return child->channel().send(number(tag), body, descriptor, timeout_ms);
}

Result<Buffer> Worker::State::wait(WorkTag wanted, const Serve& serve, Clock::time_point deadline) {
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
    if (!serve) return give_up("answered out of turn, and was stopped");
    const Status served = serve(child->channel(), *message);
    if (!served && served.error().kind == ErrorKind::worker_died) return give_up();
    if (!served) return give_up(served.error().what + ", and was stopped");
  }
}

Result<Buffer> Worker::State::exchange(WorkTag tag, Bytes body, int descriptor, WorkTag wanted,
                                       const Serve& serve) {
  const auto started = Clock::now();
  const Status sent = send(tag, body, descriptor);
  if (!sent && child) return give_up();
  if (!sent) return tl::unexpected(sent.error());
  auto answer = wait(wanted, serve, started + std::chrono::milliseconds(options.request_ms_max()));
  ++objects;
  busy += Clock::now() - started;
  return answer;
}

Worker::Worker(const scan::Knowledge& knowledge, Options options)
    : state_(std::make_unique<State>(knowledge, std::move(options))) {}
Worker::Worker(const entries::Encyclopedia& encyclopedia, Options options)
    : Worker(scan::Knowledge{&encyclopedia}, std::move(options)) {}
Worker::~Worker() = default;

Tally Worker::tally() const {
  const Tally& pool = state_->pool.tally();
  return {state_->tally.started + pool.started, state_->tally.died + pool.died};
}

scan::Report Worker::scan(int descriptor, const std::string& name) {
  const auto unread = [&name](const Error& error) {
    scan::Report report;
    report.objects = 1;
    report.unread.push_back({scan::Gap::failed, {name}, error.what});
    return report;
  };
  const auto stat = files::stat_of(descriptor);
  if (!stat) return unread(stat.error());
  if (stat->kind != files::Kind::file) {
    return unread({ErrorKind::refused, "not a regular file", std::nullopt});
  }
  files::Fd own(fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  if (!own.valid()) return unread(files::system_error(errno, "open", name));
  scan::Report out;
  state_->pool.scan({std::move(own), stat->size_bytes, name, {}},
                    [&out](scan::Report&& report) { out = std::move(report); });
  state_->pool.finish();
  return out;
}

Result<diagnosis::Examination> Worker::examine(const files::Root& root) {
  sources::TreeServer server(root);
  const Serve serve = [&server](jail::Channel& channel, const jail::Message& message) {
    return server.serve(channel, message);
  };
  const Buffer answer =
      ANTIDOTARY_TRY(state_->exchange(WorkTag::examine, {}, -1, WorkTag::examination, serve));
  auto examination = believe_examination(answer, *state_->knowledge.encyclopedia);
  if (!examination) return state_->give_up("answered nonsense, and was stopped");
  return examination;
}

Result<posture::Posture> Worker::check(const files::Root& root) {
  sources::TreeServer server(root);
  const Serve serve = [&server](jail::Channel& channel, const jail::Message& message) {
    return server.serve(channel, message);
  };
  const Buffer answer =
      ANTIDOTARY_TRY(state_->exchange(WorkTag::check, {}, -1, WorkTag::posture, serve));
  auto posture = believe_posture(answer, *state_->knowledge.encyclopedia);
  if (!posture) return state_->give_up("answered nonsense, and was stopped");
  return posture;
}

/// Serves a disk: the folder's tree, or the files of an image, each as often as it is asked for.
class DiskServer {
 public:
  explicit DiskServer(const sources::Evidence& evidence, const ImageChange* change = nullptr)
      : evidence_(evidence), change_(change) {
    if (evidence.root() != nullptr) tree_.emplace(*evidence.root());
  }
  Status serve(jail::Channel& channel, const jail::Message& message) {
    if (tree_) return tree_->serve(channel, message);
    if (message.tag != number(WorkTag::part)) {
      return fail(ErrorKind::malformed, "spoke out of turn");
    }
    const auto wanted = ANTIDOTARY_TRY(from_wire<PartRequest>(message.body));
    const auto& files = evidence_.image()->files;
    const std::size_t count = files.size() + (change_ == nullptr ? 0 : 1);
    if (wanted.index >= count || ++asked_ > count) {
      return fail(ErrorKind::refused, "asked for a file that is not the image's");
    }
    const int descriptor =
        wanted.index < files.size() ? files[wanted.index].descriptor.get() : change_->descriptor;
    return channel.send(static_cast<std::uint8_t>(sources::TreeTag::answer), {}, descriptor);
  }
  DiskRequest request() const {
    DiskRequest out;
    if (evidence_.image() == nullptr) return out;
    for (const sources::ImageFile& file : evidence_.image()->files) {
      out.parts.push_back({file.name, file.size_bytes});
    }
    if (change_ != nullptr) out.patches = change_->patches;
    return out;
  }

 private:
  const sources::Evidence& evidence_;
  const ImageChange* change_;
  std::optional<sources::TreeServer> tree_;
  std::size_t asked_ = 0;
};

Result<DiskExamination> Worker::examine(const sources::Evidence& evidence, diagnosis::Extras extras,
                                        const ImageChange* change) {
  DiskServer server(evidence, change);
  const Serve serve = [&server](jail::Channel& channel, const jail::Message& message) {
    return server.serve(channel, message);
  };
  DiskRequest request = server.request();
  request.hash_start_ups = extras.hash_start_ups;
  const Buffer answer = ANTIDOTARY_TRY(state_->exchange(WorkTag::examine_disk, to_wire(request), -1,
                                                        WorkTag::disk_examination, serve));
  auto disk = believe_disk(answer, *state_->knowledge.encyclopedia, evidence.image() != nullptr);
  if (!disk) return state_->give_up("answered nonsense, and was stopped");
  return disk;
}

Result<host::Comparison> Worker::compare(const sources::Evidence& evidence,
                                         const ImageChange& change,
                                         const std::vector<host::MeantFile>& meant) {
  DiskServer server(evidence, &change);
  const Serve serve = [&server](jail::Channel& channel, const jail::Message& message) {
    return server.serve(channel, message);
  };
  const CompareRequest request{server.request(), meant};
  const Buffer answer = ANTIDOTARY_TRY(
      state_->exchange(WorkTag::compare_disk, to_wire(request), -1, WorkTag::comparison, serve));
  auto comparison = believe_comparison(answer);
  if (!comparison) return state_->give_up("answered nonsense, and was stopped");
  return comparison;
}

Result<DiskPosture> Worker::check(const sources::Evidence& evidence) {
  DiskServer server(evidence);
  const Serve serve = [&server](jail::Channel& channel, const jail::Message& message) {
    return server.serve(channel, message);
  };
  const Buffer answer = ANTIDOTARY_TRY(state_->exchange(
      WorkTag::check_disk, to_wire(server.request()), -1, WorkTag::disk_posture, serve));
  auto disk =
      believe_disk_posture(answer, *state_->knowledge.encyclopedia, evidence.image() != nullptr);
  if (!disk) return state_->give_up("answered nonsense, and was stopped");
  return disk;
}

Result<unpack::Tree> Worker::list(int descriptor, const std::string& name, const TakePiece& take) {
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(descriptor));
  if (stat.kind != files::Kind::file) return fail(ErrorKind::refused, "not a regular file");
  std::optional<Error> refused;
  PieceOrder order(state_->options.limits.bytes_max);
  const Serve serve = [&](jail::Channel&, const jail::Message& message) -> Status {
    if (message.tag != number(WorkTag::piece) || !take) {
      return fail(ErrorKind::malformed, "spoke out of turn");
    }
    const auto piece = ANTIDOTARY_TRY(from_wire<Piece>(message.body));
    ANTIDOTARY_CHECK(order.check(piece));
    const Status taken = take(piece.number, piece.offset, piece.bytes, piece.last);
    if (!taken) refused = taken.error();
    return taken;
  };
  const auto answer =
      state_->exchange(WorkTag::list, to_wire(ListRequest{name, stat.size_bytes, take != nullptr}),
                       descriptor, WorkTag::tree, serve);
  if (refused) return tl::unexpected(*refused);
  if (!answer) return tl::unexpected(answer.error());
  auto tree = believe_tree(*answer);
  if (!tree) return state_->give_up("answered nonsense, and was stopped");
  return tree;
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
