#include "simulate/zip_writer.h"

#include "formats/zip/writer.h"

namespace antidotary::simulate {

Buffer write_zip(const std::vector<ZipMember>& members) {
  zip::Writer writer;
  for (const ZipMember& member : members) writer.add(member.name, member.data);
  return writer.finish();
}

std::uint64_t zip_overhead(const std::string& member_name) {
  // An archive of one empty member is all overhead.
  return write_zip({{member_name, {}}}).size();
}

}  // namespace antidotary::simulate
