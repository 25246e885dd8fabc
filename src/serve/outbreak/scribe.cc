#include "serve/outbreak/scribe.h"

#include <poll.h>

#include <ctime>
#include <optional>

#include "core/record.h"

namespace antidotary::serve::outbreak {
namespace {

constexpr int busy_ms = 1'000;
constexpr int idle_ms = 1'000;
constexpr std::uint64_t prune_s = 10;
// A person who holds a lock longer than this while mail comes loses rows of it.
constexpr int busy_tries = 30;
constexpr std::size_t remembered_max = 50'000;
constexpr std::size_t remembered_at_once = 200;
// A ledger that is damaged again so soon is on a disk that damages everything.
constexpr std::uint64_t aside_s = 3'600;

std::uint64_t now_s() { return static_cast<std::uint64_t>(std::time(nullptr)); }

std::uint64_t ticks_s() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec);
}

class Scribe {
 public:
  Scribe(const files::Root& folder, const Keeping& keeping, std::uint64_t window_s,
         jail::Channel& channel)
      : folder_(folder), keeping_(keeping), window_s_(window_s), channel_(channel) {}

  void run() {
    open();
    if (ledger_) remember();
    if (!tell(ScribeTag::ready, true)) return;
    for (;;) {
      pollfd one{channel_.descriptor(), POLLIN, 0};
      const int polled = ::poll(&one, 1, idle_ms);
      if (polled > 0) {
        const auto message = channel_.receive(-1);
        if (!message || !take(*message)) return;
      }
      if (!keep_house()) return;
    }
  }

 private:
  bool take(const jail::Message& message) {
    const auto batch = from_wire<Batch>(message.body);
    if (!batch) return false;
    bool done = false;
    for (int turn = 0; !done && turn < busy_tries; ++turn) {
      const Status written = write(*batch);
      done = written.has_value();
      const std::string trouble = done ? "" : written.error().what;
      const bool changed = trouble != trouble_;
      trouble_ = trouble;
      if (done || written.error().kind != ErrorKind::busy) break;
      if (changed && !tell(ScribeTag::said, false)) return false;
    }
    return tell(ScribeTag::written, done);
  }

  Status write(const Batch& batch) {
    if (!ledger_) ANTIDOTARY_CHECK(open());
    const Status written = ledger_->write(batch);
    if (!written && written.error().kind == ErrorKind::malformed) {
      ledger_.reset();
      ANTIDOTARY_CHECK(open());
      return ledger_->write(batch);
    }
    return written;
  }

  Status open() {
    auto opened = Ledger::open(folder_, busy_ms);
    const bool rests = aside_at_s_ && ticks_s() - *aside_at_s_ < aside_s;
    if (!opened && opened.error().kind == ErrorKind::malformed && !rests) {
      const auto aside = put_aside(folder_, now_s());
      aside_at_s_ = ticks_s();
      if (aside) {
        note_ = fmt::format("{}; it was put aside as {} and a new one is begun",
                            opened.error().what, *aside);
        opened = Ledger::open(folder_, busy_ms);
      }
    }
    if (!opened) {
      trouble_ = opened.error().what;
      return tl::unexpected(opened.error());
    }
    ledger_ = std::move(*opened);
    version_ = ledger_->version();
    trouble_.clear();
    return {};
  }

  void remember() {
    const std::uint64_t now = now_s();
    auto mails = ledger_->recent(now - std::min(now, window_s_), remembered_max);
    if (!mails) {
      trouble_ = mails.error().what;
      return;
    }
    Batch batch;
    for (MailRow& one : *mails) {
      batch.mails.push_back(std::move(one));
      if (batch.mails.size() < remembered_at_once) continue;
      if (!channel_.send(static_cast<std::uint8_t>(ScribeTag::remembered), to_wire(batch))) return;
      batch.mails.clear();
    }
    static_cast<void>(
        channel_.send(static_cast<std::uint8_t>(ScribeTag::remembered), to_wire(batch)));
    tell_outbreaks();
  }

  bool tell_outbreaks() {
    auto all = ledger_->outbreaks();
    if (!all) return true;
    Batch batch;
    batch.outbreaks = std::move(*all);
    return channel_.send(static_cast<std::uint8_t>(ScribeTag::remembered), to_wire(batch))
        .has_value();
  }

  /// Hears what people have written, and removes what is old. False where the daemon is gone.
  bool keep_house() {
    if (!ledger_) return true;
    const std::int64_t version = ledger_->version();
    if (version != version_) {
      version_ = version;
      if (!tell_outbreaks()) return false;
    }
    if (pruned_at_s_ && !more_ && ticks_s() - *pruned_at_s_ < prune_s) return true;
    pruned_at_s_ = ticks_s();
    const auto pruned = ledger_->prune(keeping_, now_s());
    more_ = pruned && *pruned == Ledger::pruned_at_once;
    if (!pruned && pruned.error().kind == ErrorKind::malformed) ledger_.reset();
    return true;
  }

  bool tell(ScribeTag tag, bool done) {
    Said said;
    said.done = done;
    said.trouble = trouble_;
    said.note = std::exchange(note_, {});
    said.bytes = ledger_ ? ledger_->bytes() : 0;
    return channel_.send(static_cast<std::uint8_t>(tag), to_wire(said)).has_value();
  }

  const files::Root& folder_;
  Keeping keeping_;
  std::uint64_t window_s_;
  jail::Channel& channel_;
  std::optional<Ledger> ledger_;
  std::int64_t version_ = 0;
  std::string trouble_;
  std::string note_;
  std::optional<std::uint64_t> aside_at_s_;
  std::optional<std::uint64_t> pruned_at_s_;
  bool more_ = false;
};

}  // namespace

void scribe(const files::Root& folder, const Keeping& keeping, std::uint64_t window_s,
            jail::Channel& channel) {
  Scribe(folder, keeping, window_s, channel).run();
}

}  // namespace antidotary::serve::outbreak
