#include "serve/hand.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace antidotary::serve {

void become_hand(const char* name, int channel, int folder) {
  for (const int one : {SIGTERM, SIGINT, SIGHUP}) signal(one, SIG_IGN);
  prctl(PR_SET_NAME, name);
  const auto close_range = [](int first, unsigned last) {
    if (static_cast<unsigned>(first) <= last) {
      syscall(SYS_close_range, static_cast<unsigned>(first), last, 0U);
    }
  };
  const auto [low, high] = std::minmax(channel, folder);
  close_range(STDERR_FILENO + 1, static_cast<unsigned>(low - 1));
  close_range(low + 1, static_cast<unsigned>(high - 1));
  close_range(high + 1, ~0U);
}

}  // namespace antidotary::serve
