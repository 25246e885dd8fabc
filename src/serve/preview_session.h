// PreviewSession: one client of the preview: reads one head, answers it, and ends; or stays as an
// event stream (HTML, 9.2 "Server-sent events") that is told each new version.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gate/http/head.h"
#include "serve/connection.h"
#include "serve/preview.h"

namespace antidotary::serve {

/// What a session asks of its server.
class PreviewHost {
 public:
  virtual ~PreviewHost() = default;
  virtual Loop& loop() = 0;
  virtual std::uint16_t port() const = 0;
  virtual const PreviewSource& source() const = 0;
};

class PreviewSession final : public Session {
 public:
  PreviewSession(PreviewHost& host, files::Fd socket, std::function<void()> gone);
  Status start();
  /// Only an event stream hears it.
  void tell_version();

 private:
  void received(Bytes bytes, std::vector<files::Fd> descriptors) override;
  void ended() override { connection_.finish(); }
  void late() override { connection_.drop(); }
  bool idle() const override { return true; }

  void answer(const gate::http::Head& head);
  void reply(int status, std::string_view type, std::string_view body, bool with_body = true);
  void begin_events();

  PreviewHost& host_;
  Connection connection_;
  std::string text_;
  bool answered_ = false;
  bool events_ = false;
};

}  // namespace antidotary::serve
