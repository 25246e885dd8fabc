// doctor: what protects scans on this machine, and where things are kept.
#include "cli/desk.h"
#include "core/text.h"
#include "files/state.h"

namespace antidotary::cli {

Exit run_doctor(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  const std::string state = invocation.value("state", files::state_path());
  const auto layers = jail::layers();
  std::size_t variants = 0;
  if (encyclopedia) {
    for (const auto& entry : encyclopedia->entries()) variants += entry.variants.size();
  }
  if (invocation.has("json")) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "doctor");
    line.set("version", ANTIDOTARY_VERSION);
    line.set("jail", to_json(layers));
    line.set("state", state);
    line.set("encyclopedia", encyclopedia_path(invocation));
    line.set("entries", std::uint64_t{encyclopedia ? encyclopedia->entries().size() : 0});
    line.set("variants", std::uint64_t{variants});
    print_line(line);
  } else {
    print(
        fmt::format("version       {}\njail          {}\nstate         {}\n"
                    "encyclopedia  {}\n              {} entries, {} variants\n",
                    ANTIDOTARY_VERSION, join(layers, ", "), escape_for_terminal(state),
                    escape_for_terminal(encyclopedia_path(invocation)),
                    encyclopedia ? encyclopedia->entries().size() : 0, variants));
  }
  if (!encyclopedia) return complain(encyclopedia.error());
  return layers.size() >= 5 ? Exit::clean : Exit::incomplete;
}

}  // namespace antidotary::cli
