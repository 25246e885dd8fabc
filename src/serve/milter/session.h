// MilterSession: one connection of a mail server: its messages one after another, each spooled,
// scanned, and answered with exactly one verdict.
//
// What a message is, what is thought of it and which words say so is in gate/; here are the
// socket, the spool and the queue. When we fail the answer is a temporary refusal, never
// acceptance (docs/decisions/0150).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gate/milter/message.h"
#include "gate/milter/terms.h"
#include "gate/milter/wire.h"
#include "gate/outcome.h"
#include "serve/connection.h"
#include "serve/gateway.h"
#include "serve/spool.h"

namespace antidotary::serve::milter {

class MilterSession final : public Session {
 public:
  MilterSession(Gateway& gateway, std::uint64_t id, files::Fd socket, std::function<void()> gone);
  ~MilterSession() override;
  Status start();

 private:
  void received(Bytes bytes, std::vector<files::Fd> descriptors) override;
  void ended() override;
  void late() override;
  bool idle() const override;

  /// The mail server waits for our answer.
  bool at_work() const { return scanning_ || keeping_ != 0; }
  void go();
  void go_on();
  bool heed_while_at_work();
  bool take(const gate::milter::Packet& packet);
  bool negotiate(Bytes offer);
  bool keep(std::string_view bytes);
  void end_of_message();
  void scanned(const scan::Report& report);
  void look_for_outbreak(const scan::Report& report, gate::Judgement& judgement);
  std::optional<gate::Judgement> released();
  void settle(const gate::Judgement& judgement);
  gate::Means means() const;
  void keep_then_answer(const gate::Judgement& judgement, const gate::Outcome& outcome,
                        const std::vector<std::size_t>& recipients);
  void answer(const gate::Judgement& judgement, const gate::Outcome& outcome);
  void progress();
  void forget_message();
  void forget_scan();
  void send(char command, std::string_view data = {});
  void await();

  Gateway& gateway_;
  std::uint64_t id_;
  Connection connection_;
  gate::milter::Wire wire_;
  gate::milter::Terms terms_;
  gate::milter::Message message_;
  Spool spool_{gateway_.spool_space(), "milter"};
  bool too_large_ = false;
  bool unkept_ = false;  ///< The spool could not take it.
  std::string kept_id_;  ///< Where the message stands in our quarantine; or empty.
  std::optional<outbreak::Desk::Looked> looked_;
  bool scanning_ = false;
  std::uint64_t keeping_ = 0;      ///< The keeper's number for the message; 0: it has none in hand.
  std::uint64_t scan_number_ = 0;  ///< Tells an answer to a message that was given up.
  std::uint64_t began_ms_ = 0;
  Loop::TimerId progress_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace antidotary::serve::milter
