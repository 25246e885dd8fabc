#include "worker/pool.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <list>
#include <optional>
#include <vector>

#include "core/record.h"
#include "jail/nursery.h"
#include "sources/tree_wire.h"
#include "worker/distrust.h"
#include "worker/inside.h"
#include "worker/protocol.h"

namespace antidotary::worker {
namespace {

using Clock = std::chrono::steady_clock;

// The largest answer that anybody waits for: far above a full report, far below our memory.
constexpr std::uint64_t answer_bytes_max = 64 << 20;
// Answers that wait for an earlier object's.
constexpr std::size_t answers_max = 4096;

scan::Report unread_report(const std::string& name, scan::Gap gap, std::string reason) {
  scan::Report report;
  report.objects = 1;
  report.unread.push_back({gap, {name}, std::move(reason)});
  return report;
}

/// One object from its coming to its answer.
struct Task {
  Pool::Object object;
  Pool::Done done;
  std::optional<scan::Report> report;
};

/// One worker, and what it was given, oldest first.
struct Slot {
  std::optional<jail::Child> child;
  std::deque<Task*> given;
  std::uint32_t objects = 0;  ///< Given to this child.
  bool risked = false;        ///< It went beyond our own code: nothing new for it.
  Clock::time_point head_since;
  Clock::duration busy{};  ///< How long we waited for it; it used no more processor time.
};

}  // namespace

struct Pool::State {
  scan::Knowledge knowledge;
  Options options;
  scan::Scanner scanner;
  std::vector<Slot> slots;
  Manner manner;
  std::list<Task> tasks;  ///< In order of coming; references stay valid.
  std::optional<jail::Nursery> nursery;
  std::string trouble;
  Tally tally;

  State(const scan::Knowledge& known, Options chosen, unsigned workers, Manner wanted)
      : knowledge(known),
        options(chosen.with_enough_cpu()),
        scanner(known, options.search),
        slots(std::max(1u, workers)),
        manner(wanted) {}

  std::chrono::milliseconds request_max() const {
    return std::chrono::milliseconds(options.request_ms_max());
  }

  Status start(Slot& slot);
  Status found_nursery();
  Result<jail::Child> take_from_nursery();
  void let_go_of_the_tired();
  bool tired(const Slot& slot) const;
  void give(Task& task);
  bool offer(Slot& slot, Task& task);
  void wait(int timeout_max_ms = -1);
  Clock::time_point first_deadline() const;
  void take_answer(Slot& slot);
  void settle(Slot& slot, scan::Report report);
  void lose(Slot& slot, std::string_view reason);
  void replace(Slot& slot);
  void hand_on();
};

Status Pool::State::start(Slot& slot) {
  slot.objects = 0;
  slot.risked = false;
  slot.busy = {};
  if (manner.ahead) {
    auto child = take_from_nursery();
    if (child) {
      slot.child.emplace(std::move(*child));
      ++tally.started;
      static_cast<void>(nursery->ask());  // where it fails the next `take` does
      return {};
    }
    // The next worker is tried again by a nursery; this one is forked as without one.
  }
  scanner.warm();
  slot.child.emplace(
      ANTIDOTARY_TRY(jail::start(options.confinement, [this](jail::Channel& channel) {
        serve_requests(knowledge, scanner, options, channel);
      })));
  ++tally.started;
  return {};
}

/// From a new one where the old is gone.
Result<jail::Child> Pool::State::take_from_nursery() {
  if (nursery) {
    auto child = nursery->take();
    if (child) return child;
    trouble = fmt::format("the nursery of workers failed ({}); another one is started",
                          child.error().what);
    nursery.reset();
  }
  auto child = found_nursery().and_then([this] { return nursery->take(); });
  if (!child) {
    trouble = fmt::format("no nursery of workers can be started ({})", child.error().what);
    nursery.reset();
  }
  return child;
}

bool Pool::State::tired(const Slot& slot) const {
  return slot.risked || slot.objects >= options.objects_per_worker_max ||
         slot.busy + request_max() >= std::chrono::seconds(options.confinement.cpu_s_max);
}

/// False where the worker cannot take it: the worker is gone then.
bool Pool::State::offer(Slot& slot, Task& task) {
  const Buffer body = to_wire(ObjectRequest{task.object.name, task.object.size_bytes,
                                            task.object.share.index, task.object.share.of});
  const auto sent =
      slot.child->channel().send(number(WorkTag::scan), body, task.object.descriptor.get(),
                                 static_cast<int>(options.request_ms_max()));
  if (!sent) return false;
  if (slot.given.empty()) slot.head_since = Clock::now();
  slot.given.push_back(&task);
  ++slot.objects;
  return true;
}

/// Finds a worker for the task; waits for one where all have enough.
void Pool::State::give(Task& task) {
  for (;;) {
    Slot* best = nullptr;
    for (Slot& slot : slots) {
      if (slot.child && slot.objects > 0 && tired(slot)) {
        if (!slot.given.empty()) continue;  // it ends first what it has
        slot.child.reset();
      }
      if (slot.given.size() > manner.waiting_per_worker) continue;
      if (best == nullptr || slot.given.size() < best->given.size()) best = &slot;
    }
    if (best == nullptr) {
      wait();
      continue;
    }
    if (!best->child) {
      if (const Status started = start(*best); !started) {
        task.report = unread_report(task.object.name, scan::Gap::failed, started.error().what);
        return;
      }
    }
    if (offer(*best, task)) return;
    // It died between two requests, or at one that it still owes: that is not this one's fault.
    if (best->given.empty()) {
      best->child.reset();
      ++tally.died;
    } else {
      lose(*best, "");
    }
  }
}

/// The head's answer; what waited behind it stays.
void Pool::State::settle(Slot& slot, scan::Report report) {
  slot.given.front()->report = std::move(report);
  slot.given.front()
      ->object.descriptor.reset();  // answers may wait in thousands, descriptors may not
  slot.given.pop_front();
  const auto now = Clock::now();
  slot.busy += now - slot.head_since;
  slot.head_since = now;
}

/// A new worker for what the old one had not begun.
void Pool::State::replace(Slot& slot) {
  slot.child.reset();
  std::deque<Task*> rest = std::exchange(slot.given, {});
  while (!rest.empty()) {
    if (!slot.child) {
      if (const Status started = start(slot); !started) {
        for (Task* task : rest) {
          task->report = unread_report(task->object.name, scan::Gap::failed, started.error().what);
        }
        return;
      }
    }
    Task* const task = rest.front();
    rest.pop_front();
    if (offer(slot, *task)) continue;
    ++tally.died;
    slot.child.reset();
    task->report = unread_report(task->object.name, scan::Gap::failed, "no worker would take it");
    // What was offered before it goes to the next one.
    rest.insert(rest.begin(), slot.given.begin(), slot.given.end());
    slot.given.clear();
  }
}

/// The worker is gone or shall go; its head pays.
void Pool::State::lose(Slot& slot, std::string_view reason) {
  const std::string ending = slot.child->reap();
  ++tally.died;
  Task& head = *slot.given.front();
  settle(slot, unread_report(head.object.name, scan::Gap::failed,
                             fmt::format("the worker {}", reason.empty() ? ending : reason)));
  replace(slot);
}

void Pool::State::take_answer(Slot& slot) {
  const auto left = slot.head_since + request_max() - Clock::now();
  const auto left_ms = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
  if (left_ms <= 0) return lose(slot, "took too long and was stopped");
  const std::int64_t whole_ms =
      manner.answer_ms_max < 0 ? left_ms : std::min<std::int64_t>(left_ms, manner.answer_ms_max);
  auto message = slot.child->channel().receive(static_cast<int>(whole_ms), answer_bytes_max);
  if (!message) {
    switch (message.error().kind) {
      case ErrorKind::worker_died:
        return lose(slot, "");
      case ErrorKind::budget_spent:
        return lose(slot, "took too long and was stopped");
      default:
        return lose(slot, "sent what is no message, and was stopped");
    }
  }
  if (message->tag == number(WorkTag::risk)) {
    slot.risked = true;
    return;
  }
  const std::string& name = slot.given.front()->object.name;
  if (message->tag == number(WorkTag::failure)) {
    const Error error = sources::error_from_wire(message->body);
    const bool limited = error.kind == ErrorKind::budget_spent;
    settle(slot, unread_report(name, limited ? scan::Gap::limited : scan::Gap::failed, error.what));
    return;
  }
  if (message->tag != number(WorkTag::report)) {
    return lose(slot, "answered out of turn, and was stopped");
  }
  auto report = believe_report(message->body, knowledge, name);
  if (!report) return lose(slot, "answered nonsense, and was stopped");
  // What ran into a limit may have meant to: no later object shall share its memory.
  const bool limited = std::any_of(report->unread.begin(), report->unread.end(),
                                   [](const auto& one) { return one.gap == scan::Gap::limited; });
  settle(slot, std::move(*report));
  if (limited) replace(slot);
}

Clock::time_point Pool::State::first_deadline() const {
  auto first = Clock::time_point::max();
  for (const Slot& slot : slots) {
    if (!slot.given.empty()) first = std::min(first, slot.head_since + request_max());
  }
  return first;
}

/// Waits for the next answer, for the first deadline, or for `timeout_max_ms` (-1: no such limit).
void Pool::State::wait(int timeout_max_ms) {
  std::vector<pollfd> watched;
  std::vector<Slot*> owners;
  for (Slot& slot : slots) {
    if (slot.given.empty()) continue;
    watched.push_back({slot.child->channel().descriptor(), POLLIN, 0});
    owners.push_back(&slot);
  }
  if (watched.empty()) return;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(first_deadline() - Clock::now())
          .count();
  int timeout = static_cast<int>(std::max<std::int64_t>(0, left));
  if (timeout_max_ms >= 0) timeout = std::min(timeout, timeout_max_ms);
  const int ready = ::poll(watched.data(), watched.size(), timeout);
  for (std::size_t i = 0; i < watched.size(); ++i) {
    const bool spoke = ready > 0 && watched[i].revents != 0;
    const bool late = owners[i]->head_since + request_max() <= Clock::now();
    if (spoke || late) take_answer(*owners[i]);
  }
  hand_on();
  if (manner.ahead) let_go_of_the_tired();
}

/// Now, and not when the next object waits for it.
void Pool::State::let_go_of_the_tired() {
  for (Slot& slot : slots) {
    if (slot.child && slot.given.empty() && slot.objects > 0 && tired(slot)) slot.child.reset();
  }
}

/// Calls `done` of the oldest as long as they are answered; of all that are where order is no
/// matter.
void Pool::State::hand_on() {
  for (;;) {
    auto task = tasks.begin();
    while (!manner.in_order && task != tasks.end() && !task->report) ++task;
    if (task == tasks.end() || !task->report) return;
    // Out of the list first: `done` may hand in the next object.
    std::list<Task> answered;
    answered.splice(answered.end(), tasks, task);
    answered.front().done(std::move(*answered.front().report));
  }
}

Pool::Pool(const scan::Knowledge& knowledge, Options options, unsigned workers, Manner manner)
    : state_(std::make_unique<State>(knowledge, std::move(options), workers, manner)) {}
Pool::~Pool() = default;

const Tally& Pool::tally() const { return state_->tally; }

void Pool::scan(Object object, Done done) {
  while (state_->tasks.size() >= answers_max) state_->wait();
  Task& task = state_->tasks.emplace_back();
  task.object = std::move(object);
  task.done = std::move(done);
  state_->give(task);
  // Whoever has answered meanwhile is heard at once, so that answers do not pile up.
  state_->hand_on();
}

void Pool::answer(scan::Report report, Done done) {
  while (state_->tasks.size() >= answers_max) state_->wait();
  Task& task = state_->tasks.emplace_back();
  task.report = std::move(report);
  task.done = std::move(done);
  state_->hand_on();
}

void Pool::finish() {
  state_->hand_on();
  while (!state_->tasks.empty()) state_->wait();
}

bool Pool::ready() const {
  return std::any_of(state_->slots.begin(), state_->slots.end(), [this](const Slot& slot) {
    const bool full = slot.given.size() > state_->manner.waiting_per_worker;
    const bool leaving = slot.child && slot.objects > 0 && state_->tired(slot);
    return slot.given.empty() || (!full && !leaving);
  });
}

std::vector<int> Pool::descriptors() const {
  std::vector<int> out;
  for (Slot& slot : state_->slots) {
    if (!slot.given.empty()) out.push_back(slot.child->channel().descriptor());
  }
  return out;
}

int Pool::ms_to_deadline() const {
  const auto first = state_->first_deadline();
  if (first == Clock::time_point::max()) return -1;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(first - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void Pool::hear() {
  state_->wait(0);
  state_->hand_on();
}

std::string Pool::take_trouble() { return std::exchange(state_->trouble, {}); }

std::size_t Pool::due() const { return state_->tasks.size(); }

Status Pool::State::found_nursery() {
  scanner.warm();
  nursery.emplace(
      ANTIDOTARY_TRY(jail::Nursery::start(options.confinement, [this](jail::Channel& channel) {
        serve_requests(knowledge, scanner, options, channel);
      })));
  for (std::size_t i = 0; i < slots.size(); ++i) ANTIDOTARY_CHECK(nursery->ask());
  return {};
}

Status Pool::warm() {
  if (state_->manner.ahead) return state_->found_nursery();
  for (Slot& slot : state_->slots) {
    if (!slot.child) ANTIDOTARY_CHECK(state_->start(slot));
  }
  return {};
}

}  // namespace antidotary::worker
