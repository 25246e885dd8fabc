// Property: the messages of a mailbox follow each other without gap or overlap to its end.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "formats/mbox/mailbox.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  const Bytes bytes = view_of(data, size);
  Budget budget;
  auto mailbox = mbox::Mailbox::open(bytes);
  if (!mailbox) return 0;
  std::size_t end = 0;
  std::uint64_t number = 0;
  while (true) {
    const auto item = mailbox->next(budget);
    if (!item) std::abort();
    if (!*item) break;
    const mbox::Item& one = **item;
    const bool ordered = one.offset == end && one.offset < one.message_offset &&
                         one.message_offset <= one.message_end && one.message_end <= one.end;
    if (!ordered || one.number != ++number) std::abort();
    // What a Content-Length adds is more, and in the mailbox.
    if (one.stated_end && (*one.stated_end <= one.message_end || *one.stated_end > size)) {
      std::abort();
    }
    if (mbox::without_quotes(mailbox->message(one)).size() > one.end - one.offset) std::abort();
    end = one.end;
  }
  if (end != size) std::abort();
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  constexpr std::string_view seed =
      "From a@example.org Fri Aug  1 12:00:00 2003\nSubject: x\n\n>From here\n>>From there\n\n"
      "From b@example.org Fri Aug  1 12:00:01 2003\r\n\r\nbody\r\n\r\n"
      "From c@example.org Fri Aug  1 12:00:02 2003\nContent-Length: 58\n\na\n\n"
      "From d@example.org Fri Aug  1 12:00:03 2003\nX: y\n\nrest\n";
  if (index > 0) return 0;
  out.assign(seed.begin(), seed.end());
  return 1;
}
