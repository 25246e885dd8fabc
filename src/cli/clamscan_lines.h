// ClamscanLines: where clamscan's lines go: standard output, standard error and --log's file.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "cli/clamscan_options.h"
#include "core/result.h"

namespace antidotary::cli {

class ClamscanLines {
 public:
  /// Errors: io, where --log's file cannot be opened, in clamscan's words.
  static Result<ClamscanLines> open(const ClamscanOptions& options);

  /// Of a file and of the whole: --quiet keeps it from the terminal, not from the log.
  void out(const std::string& line);
  /// What is no news ("OK") and stands in no log.
  void out_only(const std::string& line);
  /// A warning; with --stdout it goes there.
  void err(const std::string& line);
  /// An error that ends the run; no option keeps it from being seen.
  void error(const std::string& line);
  /// What is said of a missing path: on standard error alone, whatever the options.
  void err_only(const std::string& line);

 private:
  struct Close {
    void operator()(FILE* file) const { std::fclose(file); }
  };
  void log(const std::string& line);

  std::unique_ptr<FILE, Close> log_;  ///< Or null.
  bool quiet_ = false;
  bool all_to_stdout_ = false;
};

}  // namespace antidotary::cli
