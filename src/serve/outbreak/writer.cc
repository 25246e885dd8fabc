#include "serve/outbreak/writer.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/record.h"
#include "serve/hand.h"
#include "serve/outbreak/scribe.h"

namespace antidotary::serve::outbreak {
namespace {

constexpr std::size_t batch_mails_max = 200;
// Less than what a socket holds, so that to give a batch away never waits.
constexpr std::uint64_t batch_bytes_max = 64 << 10;
constexpr int give_ms_max = 200;
constexpr std::uint64_t restart_ms = 5'000;
constexpr std::size_t noted_max = 1'000;
constexpr std::uint64_t answer_bytes_max = 256ull << 20;
constexpr int message_ms_max = 1'000;

}  // namespace

Writer::Writer(Loop& loop, files::Root folder, Keeping keeping, std::uint64_t window_s, Hears hears)
    : loop_(loop),
      folder_(std::move(folder)),
      keeping_(keeping),
      window_s_(window_s),
      hears_(std::move(hears)) {
  start();
}

Writer::~Writer() {
  loop_.cancel(again_);
  if (channel_) loop_.forget(channel_->descriptor());
  channel_.reset();
  if (pid_ <= 0) return;
  // What it has, it has written: it ends with the channel.
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Writer::start() {
  auto pair = jail::Channel::pair();
  if (!pair) return lose_child(pair.error().what);
  const pid_t pid = fork();
  if (pid < 0) return lose_child("its process cannot be started");
  if (pid == 0) {
    become_hand("antidotary-note", pair->second.descriptor(), folder_.descriptor());
    scribe(folder_, keeping_, window_s_, pair->second);
    _exit(0);
  }
  pid_ = pid;
  ++starts_;
  channel_.emplace(std::move(pair->first));
  const Status watched =
      loop_.watch(channel_->descriptor(), EPOLLIN, [this](std::uint32_t) { hear(); });
  if (!watched) lose_child(watched.error().what);
}

void Writer::trouble(const std::string& words) {
  if (words == health_.trouble) return;
  hears_.told(words.empty()
                  ? fmt::format("the outbreak ledger is written again; {} messages are not in it",
                                health_.lost)
                  : words + "; mail goes on without it");
  health_.trouble = words;
}

void Writer::lose_child(const std::string& why) {
  if (channel_) loop_.forget(channel_->descriptor());
  channel_.reset();
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  if (busy_) health_.lost += busy_mails_;
  busy_ = ready_ = false;
  trouble("the outbreak ledger's writer ended: " + why);
  loop_.cancel(again_);
  again_ = loop_.after_ms(restart_ms, [this] { start(); });
}

void Writer::hear() { hear_one(0); }

/// False where nothing was there in time, or the child is gone.
bool Writer::hear_one(int wait_ms) {
  if (!channel_) return false;
  auto message = channel_->receive(wait_ms > 0 ? wait_ms : message_ms_max, answer_bytes_max);
  if (!message) {
    if (wait_ms > 0 && message.error().kind == ErrorKind::budget_spent) return false;
    lose_child(message.error().what);
    return false;
  }
  const auto tag = static_cast<ScribeTag>(message->tag);
  if (tag == ScribeTag::remembered) {
    const auto batch = from_wire<Batch>(message->body);
    if (!batch) return false;
    for (const MailRow& one : batch->mails) hears_.remembered(one);
    for (const Outbreak& one : batch->outbreaks) hears_.outbreak(one);
    return true;
  }
  const auto said = from_wire<Said>(message->body);
  if (!said) return false;
  if (!said->note.empty()) hears_.told(said->note);
  if (said->bytes > 0) health_.bytes = said->bytes;
  if (tag == ScribeTag::ready) ready_ = true;
  if (tag == ScribeTag::written) {
    (said->done ? health_.written : health_.lost) += busy_mails_;
    busy_ = false;
  }
  trouble(said->trouble);
  pump();
  return true;
}

void Writer::write(MailRow row) {
  std::uint64_t bytes = 200 + row.recipients.size() * sizeof(Person);
  for (const scan::Leaf& leaf : row.leaves) {
    bytes += 250;
    for (const std::string& name : leaf.names) bytes += name.size();
  }
  if (mails_.size() >= waiting_max || bytes > waiting_bytes_max - waiting_bytes_) {
    ++health_.lost;
    return trouble("the outbreak ledger does not keep up with the mail");
  }
  waiting_bytes_ += bytes;
  mails_.push_back({std::move(row), bytes});
  pump();
}

void Writer::write(const Outbreak& one) {
  const auto known = std::find_if(outbreaks_.begin(), outbreaks_.end(),
                                  [&](const Outbreak& other) { return other.id == one.id; });
  if (known != outbreaks_.end()) {
    *known = one;
  } else if (outbreaks_.size() < noted_max) {
    outbreaks_.push_back(one);
  }
  pump();
}

void Writer::release(const std::string& held_id) {
  if (released_.size() < noted_max) released_.push_back(held_id);
  pump();
}

void Writer::pump() {
  if (!channel_ || !ready_ || busy_) return;
  Batch batch;
  std::uint64_t bytes = 0;
  while (!mails_.empty() && batch.mails.size() < batch_mails_max && bytes < batch_bytes_max) {
    bytes += mails_.front().bytes;
    waiting_bytes_ -= mails_.front().bytes;
    batch.mails.push_back(std::move(mails_.front().row));
    mails_.pop_front();
  }
  batch.outbreaks = std::exchange(outbreaks_, {});
  batch.released = std::exchange(released_, {});
  if (batch.empty()) return;
  busy_ = true;
  busy_mails_ = batch.mails.size();
  const Status given =
      channel_->send(static_cast<std::uint8_t>(ScribeTag::batch), to_wire(batch), -1, give_ms_max);
  if (!given) lose_child(given.error().what);
}

LedgerHealth Writer::health() const {
  LedgerHealth out = health_;
  out.waiting = mails_.size() + (busy_ ? busy_mails_ : 0);
  return out;
}

void Writer::finish(std::uint64_t wait_ms_max) {
  const std::uint64_t end_ms = loop_.now_ms() + wait_ms_max;
  while (channel_ && (busy_ || !mails_.empty() || !outbreaks_.empty())) {
    const std::uint64_t now_ms = loop_.now_ms();
    if (now_ms >= end_ms) return;
    if (!hear_one(static_cast<int>(end_ms - now_ms))) return;
  }
}

}  // namespace antidotary::serve::outbreak
