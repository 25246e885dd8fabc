#include "formats/executable/resources.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/reader.h"

namespace antidotary::executable {
namespace {

constexpr std::uint32_t high_bit = 0x80000000;
constexpr std::size_t levels = 3, name_units_max = 64;
// Tables may share rows, so that three levels of them can be made to have any number.
constexpr std::size_t rows_max = 1 << 16;

class ResourceReader {
 public:
  ResourceReader(Bytes file, const Program& program, Bytes tree, Budget& budget)
      : file_(file), program_(program), tree_(tree), budget_(budget) {}

  Result<std::vector<Resource>> read() {
    ANTIDOTARY_CHECK(table(0, 0, {}));
    return std::move(out_);
  }

 private:
  // At most three levels: type, name, language.
  Status table(std::size_t at, std::size_t level, const Resource& above) {
    if (level >= levels || at > tree_.size() || tree_.size() - at < 16) return {};
    const std::size_t count =
        std::size_t{load_u16_le(tree_, at + 12)} + load_u16_le(tree_, at + 14);
    for (std::size_t i = 0; i < count && out_.size() < resources_max; ++i) {
      if (++rows_ > rows_max) return {};
      const std::size_t row = at + 16 + 8 * i;
      if (row > tree_.size() || tree_.size() - row < 8) return {};
      ANTIDOTARY_CHECK(budget_.step());
      const std::uint32_t id = load_u32_le(tree_, row), where = load_u32_le(tree_, row + 4);
      Resource here = above;
      if (level == 0 && (id & high_bit) == 0) here.type = id;
      here.name += (level == 0 ? "" : "/") + name_of(id);
      if ((where & high_bit) != 0) {
        ANTIDOTARY_CHECK(table(where & ~high_bit, level + 1, here));
      } else {
        leaf(where, std::move(here));
      }
    }
    return {};
  }

  std::string name_of(std::uint32_t id) const {
    if ((id & high_bit) == 0) return fmt::format("{}", id);
    const std::size_t at = id & ~high_bit;
    if (at > tree_.size() || tree_.size() - at < 2) return "?";
    const std::size_t units = std::min<std::size_t>(load_u16_le(tree_, at), name_units_max);
    std::string out;
    for (std::size_t i = 0; i < units && tree_.size() - at - 2 >= 2 * (i + 1); ++i) {
      const std::uint16_t unit = load_u16_le(tree_, at + 2 + 2 * i);
      out += unit >= ' ' && unit < 0x7f && unit != '/' ? static_cast<char>(unit) : '_';
    }
    return out;
  }

  void leaf(std::size_t at, Resource resource) {
    if (at > tree_.size() || tree_.size() - at < 16) return;
    const auto offset = program_.offset_of(load_u32_le(tree_, at));
    if (!offset || *offset > file_.size()) return;
    resource.offset = *offset;
    resource.size = std::min<std::size_t>(load_u32_le(tree_, at + 4), file_.size() - *offset);
    out_.push_back(std::move(resource));
  }

  Bytes file_;
  const Program& program_;
  Bytes tree_;
  Budget& budget_;
  std::vector<Resource> out_;
  std::size_t rows_ = 0;
};

}  // namespace

Result<std::vector<Resource>> read_resources(Bytes file, const Program& program, Budget& budget) {
  const ProgramDirectory& where = program.directories[directory::resources];
  const auto at = program.offset_of(where.address);
  if (where.address == 0 || !at || *at > file.size()) return std::vector<Resource>();
  return ResourceReader(file, program, file.subspan(*at), budget).read();
}

}  // namespace antidotary::executable
