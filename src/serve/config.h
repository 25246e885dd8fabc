// Config: what a daemon was told, read strictly from TOML: every mistake has file, line, column and
// a sentence that says how to mend it. docs/reference/serve.md lists the keys.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "serve/held/store.h"
#include "serve/outbreak/desk.h"

namespace antidotary::serve {

/// Where a service listens: any of a UNIX socket and a TCP address; none where both are empty.
struct Listen {
  std::string unix_path;
  std::uint32_t unix_mode = 0660;
  std::string tcp;  ///< "127.0.0.1:3310", "[::1]:3310"

  bool any() const { return !unix_path.empty() || !tcp.empty(); }
};

/// What clamd's clients hear of an object that was not wholly read. A failure is an error at least.
enum class Incomplete : std::uint8_t {
  report,  ///< OK; the reason is in the log.
  error,   ///< ERROR with the reason.
  alert,   ///< FOUND by a name of clamd's for it: for clients that take an ERROR for nothing.
};
std::span<const std::string_view> enum_names(Incomplete);

struct ClamdConfig {
  Listen listen;
  std::string banner;  ///< What VERSION says; clients expect it to begin with "ClamAV ".
  std::uint64_t stream_bytes_max = 100ull << 20;
  std::uint64_t command_timeout_s = 30;
  std::uint64_t read_timeout_s = 120;    ///< From one piece of a stream to the next.
  std::uint64_t stream_timeout_s = 600;  ///< For the whole of a stream.
  bool allow_shutdown = true;
  bool allow_paths = true;  ///< SCAN and its kin: files that the daemon opens itself.
  bool allow_all_match = true;
};

struct MilterConfig {
  Listen listen;
  std::string policy_path;  ///< Empty: the policy that is built in.
  std::string pages;  ///< Where the encyclopedia's pages stand, for refusals; without '/' behind.
  std::uint64_t message_bytes_max = 100ull << 20;
  std::uint64_t timeout_s = 600;  ///< A mail server that is silent so long is hung up on.
  std::uint64_t progress_s = 10;  ///< While we scan, the mail server hears of us so often.
};

struct HttpConfig {
  Listen listen;
  std::string token;  ///< What changes the daemon asks for it; empty: nothing can be changed.
  std::uint64_t body_bytes_max = 100ull << 20;
  std::uint64_t timeout_s = 60;
};

struct QuarantineConfig {
  bool enabled = true;
  bool keep_rejected = false;  ///< What is refused is kept as well, for those who look into it.
  held::Bounds bounds;
};

struct Config {
  std::string pack;
  std::vector<std::string> databases;
  std::uint64_t workers = 0;             ///< 0: one a processor.
  std::uint64_t objects_per_worker = 100;  ///< Of strangers, one by one; 1: none is shared.
  std::uint64_t connections_max = 4'096;
  /// Memory for what all clients together have sent and is not answered yet.
  /// As it is read: 2 GiB or what the longest object of a service needs, unless it is given.
  std::uint64_t spool_bytes_max = 2ull << 30;
  std::uint64_t stop_timeout_s = 90;  ///< A graceful stop takes at most so long.
  Incomplete incomplete = Incomplete::report;
  Limits limits;
  ClamdConfig clamd;
  MilterConfig milter;
  HttpConfig http;
  QuarantineConfig quarantine;
  outbreak::OutbreakConfig outbreak;
};

/// One mistake: "FILE:LINE:COLUMN: sentence".
struct ConfigRead {
  Config config;
  std::vector<std::string> mistakes;
};

ConfigRead read_config(std::string_view text, const std::string& file);

}  // namespace antidotary::serve
