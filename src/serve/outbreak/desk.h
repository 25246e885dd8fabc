// Desk: where mail that passes meets the watch for outbreaks: it asks, tells people, and has the
// ledger written. One for the daemon; what is counted is counted here, in memory, at once.
//
// Without a ledger (no folder, a full disk) the rules work on: they only forget at a restart.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gate/outbreak/watch.h"
#include "gate/outcome.h"
#include "gate/policy.h"
#include "scan/report.h"
#include "serve/outbreak/addresses.h"
#include "serve/outbreak/writer.h"

namespace antidotary::serve::outbreak {

struct OutbreakConfig {
  bool enabled = true;
  gate::outbreak::Rules rules;
  Keeping keeping;
};

/// From whom to whom, as the mail server told it.
struct Envelope {
  std::string queue_id;
  std::string message_id;
  std::string client;
  std::string login;
  std::string sender;
  std::vector<std::string> recipients;  ///< Without angle brackets.
};

class Desk {
 public:
  using Log = std::function<void(const std::string&)>;

  /// `folder` is the ledger's; nothing: none is kept, for the reason that health() tells.
  Desk(Loop& loop, const OutbreakConfig& config, std::optional<files::Root> folder, Log log);

  struct Looked {
    gate::outbreak::Watch::Seen seen;
    MailRow row;
  };
  /// Counts a message, and adds to its judgement where it belongs to an outbreak whose copies are
  /// held. Nothing where it has no attachment.
  std::optional<Looked> look(const Envelope& envelope, const scan::Report& report,
                             gate::Judgement& judgement, std::uint64_t now_s);
  /// What became of it; `held_id` is its place in the quarantine, or empty.
  void settled(Looked looked, const gate::Judgement& judgement, const gate::Outcome& outcome,
               const std::string& held_id);
  /// A held message went on.
  void released(const std::string& held_id);

  LedgerHealth health() const;
  std::size_t active(std::uint64_t now_s) const { return watch_.active(now_s); }
  /// By rule, since the daemon began.
  const std::array<std::uint64_t, gate::outbreak::rule_count>& declared() const {
    return declared_;
  }
  std::size_t counted() const { return watch_.counted(); }
  std::uint64_t forgotten() const { return watch_.forgotten(); }
  void finish() {
    if (writer_) writer_->finish(finish_ms_max);
  }

 private:
  static constexpr std::uint64_t finish_ms_max = 5'000;
  void tell(const Outbreak& one);
  void heard(const Outbreak& one);

  gate::outbreak::Rules rules_;
  Log log_;
  gate::outbreak::Watch watch_;
  std::string trouble_;  ///< Why there is no ledger.
  std::optional<Addresses> addresses_;
  std::unique_ptr<Writer> writer_;
  std::array<std::uint64_t, gate::outbreak::rule_count> declared_{};
};

}  // namespace antidotary::serve::outbreak
