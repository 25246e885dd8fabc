// The program's door: words in, exit code out.
#include <csignal>

#include "cli/verb.h"

int main(int argc, char** argv) {
  // A reader that went away (`| head`) is an error of write, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(antidotary::cli::run({argv + 1, argv + argc}));
}
