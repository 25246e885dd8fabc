// Hand: a process that the daemon forks for one disk's sake (the ledger, the quarantine), so that
// no sync stands on the event loop's thread. It hears the daemon over a channel and ends with it.
#pragma once

namespace antidotary::serve {

/// In the child, first of all: of the daemon it keeps nothing but stderr and these two descriptors
/// (its end of the channel, its folder), and a stop that is meant for the whole group is not its
/// own: the daemon ends it by closing the channel, and what was accepted is written first.
/// `name`: at most 15 characters, as `ps` shows it.
void become_hand(const char* name, int channel, int folder);

}  // namespace antidotary::serve
