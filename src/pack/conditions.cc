#include "pack/conditions.h"

#include <algorithm>

namespace antidotary::pack {
namespace {

bool lies_in(const std::optional<Range>& range, std::uint64_t value) {
  return !range || range->holds(value);
}

bool layout_holds(const Conditions& conditions, const Subject& subject) {
  if (!conditions.entry_point && !conditions.sections) return true;
  if (subject.executable == nullptr) return false;
  return lies_in(conditions.entry_point, subject.executable->entry_point) &&
         lies_in(conditions.sections, subject.executable->sections.size());
}

bool container_holds(const Conditions& conditions, const Subject& subject) {
  if (conditions.container.empty()) return true;
  // The format's word for "nothing holds it".
  if (conditions.container == "CL_TYPE_ANY") return subject.containers.empty();
  return !subject.containers.empty() && subject.containers.back() == conditions.container;
}

/// `A>B`: B holds the object, A holds B; CL_TYPE_ANY stands for any one.
bool intermediates_hold(const Conditions& conditions, const Subject& subject) {
  const auto& wanted = conditions.intermediates;
  const auto& there = subject.containers;
  if (wanted.empty()) return true;
  if (wanted.size() > there.size()) return false;
  return std::equal(wanted.begin(), wanted.end(),
                    there.end() - static_cast<std::ptrdiff_t>(wanted.size()),
                    [](const std::string& one, const std::string& type) {
                      return one == "CL_TYPE_ANY" || one == type;
                    });
}

}  // namespace

bool conditions_hold(const Conditions& conditions, const Subject& subject) {
  const bool target = conditions.target == Target::any || conditions.target == subject.target;
  return target && lies_in(conditions.file_size, subject.bytes.size()) &&
         layout_holds(conditions, subject) && container_holds(conditions, subject) &&
         intermediates_hold(conditions, subject);
}

}  // namespace antidotary::pack
