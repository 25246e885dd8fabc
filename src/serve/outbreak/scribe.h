// Scribe: what runs in the writer's child. It opens the ledger, tells what an earlier run knew,
// writes batch by batch and prunes; it ends when the daemon does.
#pragma once

#include <cstdint>

#include "files/root.h"
#include "jail/channel.h"
#include "serve/outbreak/ledger.h"

namespace antidotary::serve::outbreak {

enum class ScribeTag : std::uint8_t {
  batch = 1,       ///< To the scribe: Batch.
  written = 2,     ///< Said: of one batch.
  remembered = 3,  ///< Batch: messages, then outbreaks, of an earlier run.
  ready = 4,       ///< Said: it waits for batches.
  said = 5,        ///< Said: by itself.
};

struct Said {
  bool done = true;
  std::string trouble;  ///< Why the ledger is not written now; empty: it is.
  std::string note;     ///< A sentence for the log.
  std::uint64_t bytes = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("done", self.done);
    visit("trouble", self.trouble);
    visit("note", self.note);
    visit("bytes", self.bytes);
  }
};

/// Until the channel closes.
void scribe(const files::Root& folder, const Keeping& keeping, std::uint64_t window_s,
            jail::Channel& channel);

}  // namespace antidotary::serve::outbreak
