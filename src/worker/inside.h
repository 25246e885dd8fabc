// Inside: what runs behind the lock. Takes one request after another from the channel, parses what
// it is handed, and answers; ends when the parent closes.
//
// It opens nothing and believes nothing of the bytes; the parent believes nothing of its answers.
#pragma once

#include "entries/encyclopedia.h"
#include "jail/channel.h"
#include "scan/scanner.h"
#include "worker/worker.h"

namespace antidotary::worker {

/// Runs until the channel closes. All three must outlive the call (they are the parent's, seen
/// through the fork).
void serve_requests(const scan::Knowledge& knowledge, const scan::Scanner& scanner,
                    const Options& options, jail::Channel& channel);

}  // namespace antidotary::worker
