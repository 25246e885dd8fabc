#include "cli/revisions.h"

#include <fstream>
#include <sstream>

#include "cli/desk.h"

namespace antidotary::cli {

Result<std::vector<publish::Revision>> revisions_of(const Invocation& invocation) {
  std::ifstream file(encyclopedia_path(invocation) + "/CHANGES", std::ios::binary);
  if (!file) return std::vector<publish::Revision>{};
  std::ostringstream text;
  text << file.rdbuf();
  return publish::read_revisions(text.str());
}

}  // namespace antidotary::cli
