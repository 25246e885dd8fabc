// Desk: what most verbs need before they start: the encyclopedia, the state folder, the paper to
// print on, the clock; and the one place where they complain.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/verb.h"
#include "core/record.h"
#include "entries/encyclopedia.h"
#include "files/root.h"
#include "proof/clinic.h"
#include "publish/page.h"
#include "worker/worker.h"

namespace antidotary::cli {

/// Says one sentence on stderr, hostile characters escaped, and yields Exit::incomplete.
Exit complain(const Error& error);
Exit complain(std::string_view sentence);

/// The encyclopedia's folder by --encyclopedia, the environment, or where the program stands.
std::string encyclopedia_path(const Invocation& invocation);
/// Reads the encyclopedia; its problems go to stderr as one line that names `entry lint`.
Result<entries::Encyclopedia> open_encyclopedia(const Invocation& invocation);
/// What is said of a folder that is no encyclopedia.
Error no_entry_in(const std::string& folder);
/// Where entries were left out, "clean" is more than anybody knows: it becomes incomplete.
Exit whole_or_incomplete(const entries::Encyclopedia& encyclopedia, Exit exit);
/// The path as it is found again from anywhere; links in it stay.
std::string absolute_path(const std::string& path);
Result<files::Root> open_state(const Invocation& invocation);

publish::Paper paper(const Invocation& invocation);
/// Worker options by --max-filesize and its kin. Errors: bad_input.
Result<worker::Options> worker_options(const Invocation& invocation);
std::uint64_t unix_seconds();

/// Writes to stdout.
void print(std::string_view text);
void print_line(const Json& json);
/// A record as one line of JSON, or for people a line for each field, escaped.
void print_record(const Invocation& invocation, const Json& record);
/// A line of the report schema: schema and type, then the record's own members.
Json typed(std::string_view type, const Json& record);
/// Through $PAGER where stdout is a terminal and the text is longer than it.
void print_paged(const Invocation& invocation, const std::string& text);

/// Progress on stderr: shown after 250 ms, at most 10 times a second, only on a terminal; cleared
/// when it goes.
class Progress {
 public:
  explicit Progress(std::string_view unit);
  ~Progress();
  void advance(std::uint64_t done, std::string_view now);

 private:
  std::string unit_;
  bool terminal_;
  std::uint64_t started_ms_;
  std::uint64_t shown_ms_ = 0;
};

}  // namespace antidotary::cli
