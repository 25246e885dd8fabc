// ClamdSession: one client of the clamd protocol, from its first byte to the answer.
//
// Replies, strings and closings are those of clamd 1.4.6 as it was observed (tests/peers/clamd);
// docs/decisions/0091 lists where we differ on purpose.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "serve/clamd_wire.h"
#include "serve/connection.h"
#include "serve/gateway.h"
#include "serve/path_scan.h"
#include "serve/spool.h"

namespace antidotary::serve::clamd {

class ClamdSession final : public Session, private Listener {
 public:
  ClamdSession(Gateway& gateway, std::uint64_t id, files::Fd socket, std::function<void()> gone);
  ~ClamdSession() override;
  Status start();

 private:
  struct PathTask;

  void received(Bytes bytes, std::vector<files::Fd> descriptors) override;
  void ended() override;
  void late() override;
  void relieved() override;
  bool idle() const override;

  bool command(Command command) override;
  bool chunk_begins(std::uint32_t bytes) override;
  bool chunk(Bytes bytes) override;
  bool stream_ends() override;
  bool descriptor_byte() override;

  bool command_in_session();
  bool answer_now(Verb verb);
  void reply(std::uint64_t number, char terminator, std::string_view words);
  void reply(std::string_view words) { reply(number_, command_.terminator, words); }
  void refuse_stream(std::string_view words, scan::Gap gap);
  void scan_path(bool all_files);
  void scan_folder(std::shared_ptr<PathTask> task);
  void told(const std::shared_ptr<PathTask>& task, PathScan::Told told);
  void scan_file(const std::shared_ptr<PathTask>& task, std::string path, files::Fd descriptor,
                 std::uint64_t size_bytes);
  void path_answered(const std::shared_ptr<PathTask>& task, const std::string& path,
                     const scan::Report& report);
  void end_path(const std::shared_ptr<PathTask>& task);
  void scan_object(worker::Pool::Object object, std::shared_ptr<SpoolSpace::Part> part = nullptr);
  void take_descriptors(bool middle);
  bool full() const;
  void hold_if_full();
  void go_on();
  void steer(PathTask& task);
  void begun();
  void done();
  void close_if_done();
  void await_next();
  void allow_time();
  void await_stream();
  std::string words_of(const scan::Report& report);
  std::string stats() const;
  std::string banner() const;

  Gateway& gateway_;
  std::uint64_t id_;
  Connection connection_;
  Wire wire_;
  Command command_;           ///< The one at hand.
  std::uint64_t number_ = 0;  ///< Its number within an IDSESSION; 0 outside one.
  bool session_ = false;
  bool last_ = false;  ///< Nothing further is read; when all is answered we close.
  std::size_t outstanding_ = 0;
  std::size_t walkers_ = 0;  ///< Children that read folders.
  Spool spool_{gateway_.spool_space(), "clamd"};
  std::uint64_t spooled_bytes_ = 0;  ///< Of streams that wait for their answers.
  std::uint64_t stream_bytes_ = 0;
  std::uint64_t stream_by_ms_ = 0;  ///< When the stream at hand is to be whole.
  std::deque<files::Fd> descriptors_;
  std::vector<std::shared_ptr<PathTask>> tasks_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace antidotary::serve::clamd
