// The program's door: words in, exit code out.
#include <algorithm>
#include <csignal>
#include <string_view>

#include "cli/clamscan.h"
#include "cli/verb.h"

int main(int argc, char** argv) {
  // A reader that went away (`| head`) is an error of write, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  const std::string_view program = argc > 0 ? argv[0] : "";
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  // A link of this name to the program takes clamscan's place in scripts.
  const bool peer = program.substr(program.rfind('/') + 1) == "clamscan";
  return static_cast<int>(peer ? antidotary::cli::run_clamscan(words)
                               : antidotary::cli::run(words));
}
