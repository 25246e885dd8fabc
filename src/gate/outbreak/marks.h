// Marks: by what one sighting of an attachment is the same as another, and one sender as another.
// Pure; no address is kept here.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "scan/leaf.h"

namespace antidotary::gate::outbreak {

/// A name as a template: letters as 'a', digits as '9', runs of each once, the extension as it is:
/// "Invoice_2931.zip" is "a_9.zip".
std::string name_template(std::string_view name);

/// Risk, format, size, name and what it holds, but no byte of the content: what stays the same
/// where each copy has other bytes. Sizes within 5 % of each other share one of the two at least.
std::array<std::string, 2> shapes_of(const scan::Leaf& leaf);

/// Who a sender address stands for. Mailing lists and newsletters make an address a recipient
/// (VERP, "news-b=example.org@..."), forwarders wrap one (SRS), bounce tags mark one (BATV):
/// without these a newsletter would be a thousand senders. Long runs with digits are '#'.
std::string sender_of(std::string_view address);

}  // namespace antidotary::gate::outbreak
