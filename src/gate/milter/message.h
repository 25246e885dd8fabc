// Message: what a mail server tells of one message, step by step: its envelope, and its bytes put
// together again.
//
// The mail server hands over fields and chunks, not the bytes that it will store; what comes out of
// `take` is rebuilt from them, in their order, with the blanks that they had. Nothing of it is
// parsed here: that is done in the jail. It keeps no bytes: the caller spools what it gets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gate/milter/wire.h"

namespace antidotary::gate::milter {

/// Who speaks to the mail server; holds for all messages of a connection.
struct Client {
  std::string name;      ///< As the mail server resolved it; "localhost".
  std::string address;   ///< "192.0.2.1", "IPv6:..."; empty where it is not known.
  std::string greeting;  ///< HELO.
};

/// A field of the message that looks as if it were ours.
struct Forged {
  std::string name;
  std::uint32_t index = 0;  ///< Among the fields of that name, from 1.
  std::string value;
};

class Message {
 public:
  /// Ours begin with this; what comes so from outside is taken out.
  static constexpr std::string_view own_fields = "X-Antidotary";
  static constexpr std::size_t recipients_max = 10'000;
  static constexpr std::size_t forged_max = 100;

  /// The mail server keeps the blank behind a field's colon in the value (Terms::keeps_blanks).
  void keeps_blanks(bool kept) { keeps_blanks_ = kept; }
  /// Notes what a packet tells; yields the bytes that it adds to the message. Steps: D C H M R L N
  /// B E; the others add and note nothing. 'M' begins a new message.
  std::string take(const Packet& packet);
  /// Forgets the message; the client stays.
  void reset();
  /// Forgets the client as well: another one comes over the same connection.
  void reset_all();

  bool begun() const { return begun_; }
  const Client& client() const { return client_; }
  const std::string& sender() const { return sender_; }  ///< Without angle brackets; may be empty.
  /// Each as it was given, with angle brackets: so it is named when it is taken out.
  const std::vector<std::string>& recipients() const { return recipients_; }
  const std::string& queue_id() const { return queue_id_; }
  const std::string& login() const { return login_; }  ///< {auth_authen}; empty for strangers.
  const std::string& subject() const { return subject_; }
  /// The first Message-ID, with angle brackets; a stranger's choice, cut where it is long.
  const std::string& message_id() const { return message_id_; }
  const std::vector<Forged>& forged() const { return forged_; }
  /// More recipients, or more fields like ours, than anybody needs: it is not to be accepted.
  bool excessive() const { return excessive_; }

 private:
  void begin(Bytes data);
  void take_macros(Bytes data);
  void take_client(Bytes data);
  std::string field_line(Bytes data);
  void note_field(std::string_view name, std::string_view value);

  bool keeps_blanks_ = false;
  bool begun_ = false;
  bool fields_ended_ = false;
  bool excessive_ = false;
  Client client_;
  std::string sender_;
  std::vector<std::string> recipients_;
  std::string queue_id_;
  std::string login_;
  std::string subject_;
  std::string message_id_;
  std::vector<Forged> forged_;
  std::map<std::string, std::uint32_t> own_counts_;
};

/// "<a@b>" without its brackets.
std::string_view bare_address(std::string_view address);

}  // namespace antidotary::gate::milter
