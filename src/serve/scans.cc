#include "serve/scans.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "files/root.h"

namespace antidotary::serve {
namespace {

// A worker that begins to answer ends within this, or is taken for mad.
constexpr int answer_ms_max = 1'000;

constexpr worker::Manner manner{
    .in_order = false, .waiting_per_worker = 0, .answer_ms_max = answer_ms_max, .ahead = true};

}  // namespace

struct Scans::Asked {
  Owner owner = 0;
  worker::Pool::Object object;
  Done done;
  std::uint64_t since_ms = 0;
};

struct Scans::Engine {
  std::shared_ptr<const Known> known;
  worker::Pool pool;

  Engine(std::shared_ptr<const Known> what, const worker::Options& options, unsigned workers)
      : known(std::move(what)), pool(known->knowledge(), options, workers, manner) {}
};

Result<std::unique_ptr<Scans>> Scans::make(Loop& loop, worker::Options options, unsigned workers) {
  files::Fd events(epoll_create1(EPOLL_CLOEXEC));
  if (!events.valid()) return tl::unexpected(files::system_error(errno, "make", "an event queue"));
  std::unique_ptr<Scans> scans(new Scans(loop, std::move(events), std::move(options), workers));
  Scans* const self = scans.get();
  ANTIDOTARY_CHECK(
      loop.watch(scans->events_.get(), EPOLLIN, [self](std::uint32_t) { self->hear(); }));
  return scans;
}

Scans::Scans(Loop& loop, files::Fd events, worker::Options options, unsigned workers)
    : loop_(loop), events_(std::move(events)), options_(std::move(options)), workers_(workers) {}

Scans::~Scans() {
  loop_.cancel(deadline_);
  loop_.forget(events_.get());
}

Status Scans::adopt(std::shared_ptr<const Known> known) {
  auto engine = std::make_unique<Engine>(std::move(known), options_, workers_);
  // Only the nursery is forked here: a swap holds nobody up for the time of a worker's start.
  ANTIDOTARY_CHECK(engine->pool.warm());
  engines_.push_front(std::move(engine));
  pump();
  return {};
}

void Scans::submit(Owner owner, worker::Pool::Object object, Done done) {
  auto& queue = queues_[owner];
  if (queue.empty()) turns_.push_back(owner);
  queue.push_back({owner, std::move(object), std::move(done), loop_.now_ms()});
  ++waiting_;
  pump();
}

void Scans::forget(Owner owner) {
  const auto found = queues_.find(owner);
  if (found != queues_.end()) {
    waiting_ -= found->second.size();
    queues_.erase(found);
    turns_.erase(std::remove(turns_.begin(), turns_.end(), owner), turns_.end());
  }
  for (auto& [id, asked] : begun_) {
    if (asked.owner == owner) asked.done = nullptr;
  }
}

std::size_t Scans::busy() const { return begun_.size(); }

const Known* Scans::known() const {
  return engines_.empty() ? nullptr : engines_.front()->known.get();
}

ScanCounts Scans::counts() const {
  ScanCounts out = counts_;
  for (const auto& engine : engines_) {
    out.workers_started += engine->pool.tally().started;
    out.workers_died += engine->pool.tally().died;
  }
  return out;
}

void Scans::give_next() {
  const Owner owner = turns_.front();
  turns_.pop_front();
  auto& queue = queues_[owner];
  Asked asked = std::move(queue.front());
  queue.pop_front();
  --waiting_;
  if (queue.empty()) {
    queues_.erase(owner);
  } else {
    turns_.push_back(owner);
  }
  const std::uint64_t id = next_id_++;
  worker::Pool::Object object = std::move(asked.object);
  begun_.emplace(id, std::move(asked));
  engines_.front()->pool.scan(std::move(object),
                              [this, id](scan::Report&& report) { settle(id, std::move(report)); });
}

void Scans::settle(std::uint64_t id, scan::Report&& report) {
  const auto found = begun_.find(id);
  if (found == begun_.end()) return;
  const Asked asked = std::move(found->second);
  begun_.erase(found);
  const scan::Verdict verdict = report.verdict();
  ++counts_.scans;
  counts_.bytes += asked.object.size_bytes;
  ++(verdict == scan::Verdict::clean   ? counts_.clean
     : verdict == scan::Verdict::found ? counts_.found
                                       : counts_.incomplete);
  if (watcher_) watcher_(report, loop_.now_ms() - asked.since_ms);
  if (asked.done) asked.done(std::move(report));
}

/// Gives workers what waits, lets go of old engines, and watches whoever is busy.
void Scans::pump() {
  if (pumping_ || engines_.empty()) return;
  pumping_ = true;
  while (!turns_.empty() && engines_.front()->pool.ready()) give_next();
  pumping_ = false;
  for (const auto& engine : engines_) {
    const std::string trouble = engine->pool.take_trouble();
    if (!trouble.empty() && trouble_) trouble_(trouble);
  }
  for (auto engine = std::next(engines_.begin()); engine != engines_.end();) {
    if ((*engine)->pool.due() > 0) {
      ++engine;
      continue;
    }
    counts_.workers_started += (*engine)->pool.tally().started;
    counts_.workers_died += (*engine)->pool.tally().died;
    engine = engines_.erase(engine);
  }
  arm();
}

void Scans::arm() {
  int first_ms = -1;
  for (const auto& engine : engines_) {
    for (const int descriptor : engine->pool.descriptors()) {
      epoll_event event{};
      event.events = EPOLLIN | EPOLLONESHOT;
      event.data.fd = descriptor;
      if (epoll_ctl(events_.get(), EPOLL_CTL_MOD, descriptor, &event) != 0) {
        epoll_ctl(events_.get(), EPOLL_CTL_ADD, descriptor, &event);
      }
    }
    const int left_ms = engine->pool.ms_to_deadline();
    if (left_ms >= 0 && (first_ms < 0 || left_ms < first_ms)) first_ms = left_ms;
  }
  loop_.cancel(deadline_);
  if (first_ms < 0) return;
  deadline_ = loop_.after_ms(static_cast<std::uint64_t>(first_ms) + 1, [this] { hear(); });
}

void Scans::hear() {
  // Disarms those who spoke; `arm` watches again whoever is still busy.
  std::array<epoll_event, 64> spoke{};
  epoll_wait(events_.get(), spoke.data(), static_cast<int>(spoke.size()), 0);
  pumping_ = true;
  for (const auto& engine : engines_) engine->pool.hear();
  pumping_ = false;
  pump();
}

}  // namespace antidotary::serve
