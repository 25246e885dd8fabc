// HttpSession: one client of the HTTP front: POST a file and get the report, read entries, health
// and metrics. For programs of this host or behind a proxy: UNIX socket or loopback, no TLS.
//
// Requests that bear an Origin are refused: they come from a web page that a person has open, and a
// page has no business here; over TCP those that name another host, too, for a page may have
// pointed its name at us. What changes the daemon needs a token.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gate/http/request.h"
#include "serve/connection.h"
#include "serve/gateway.h"
#include "serve/spool.h"

namespace antidotary::serve::http {

class HttpSession final : public Session {
 public:
  HttpSession(Gateway& gateway, std::uint64_t id, files::Fd socket, std::function<void()> gone);
  ~HttpSession() override;
  Status start();

 private:
  void received(Bytes bytes, std::vector<files::Fd> descriptors) override;
  void ended() override;
  void late() override;
  void relieved() override { go(); }
  bool idle() const override;

  void go();
  void begin(gate::http::Request request);
  bool take_body();
  void finish_body();
  gate::http::Response answer_to(const gate::http::Request& request);
  std::string health() const;
  gate::http::Response change(const gate::http::Request& request);
  gate::http::Response entry(const std::string& id);
  gate::http::Response report(const scan::Report& report) const;
  void respond(const gate::http::Response& response);
  void await();

  Gateway& gateway_;
  std::uint64_t id_;
  Connection connection_;
  gate::http::HeadReader reader_;
  std::optional<gate::http::Request> request_;  ///< The one at hand.
  std::uint64_t body_left_ = 0;
  Spool spool_{gateway_.spool_space(), "http"};
  bool scanning_ = false;
  bool ended_ = false;  ///< It asks for nothing further.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace antidotary::serve::http
