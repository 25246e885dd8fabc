#include "worker/remote_tree.h"

#include <algorithm>

#include "core/record.h"
#include "files/root.h"
#include "sources/tree_server.h"
#include "sources/tree_wire.h"
#include "worker/input.h"

namespace antidotary::worker {
namespace {

using sources::TreeTag;

class RemoteFile final : public host::OpenFile {
 public:
  RemoteFile(Input input, host::Node node) : input_(std::move(input)), node_(std::move(node)) {}
  Bytes bytes() const override { return input_.bytes(); }
  const host::Node& node() const override { return node_; }

 private:
  Input input_;
  host::Node node_;
};

Result<jail::Message> ask(jail::Channel& channel, TreeTag question, std::string_view path) {
  ANTIDOTARY_CHECK(channel.send(static_cast<std::uint8_t>(question), as_bytes(path)));
  jail::Message answer = ANTIDOTARY_TRY(channel.receive(-1));
  if (answer.tag == static_cast<std::uint8_t>(TreeTag::answer)) return answer;
  if (answer.tag == static_cast<std::uint8_t>(TreeTag::failure)) {
    return tl::unexpected(sources::error_from_wire(answer.body));
  }
  return fail(ErrorKind::internal, "the parent answered out of turn");
}

}  // namespace

Result<std::vector<host::Node>> RemoteTree::list(const std::string& path) {
  const jail::Message answer = ANTIDOTARY_TRY(ask(*channel_, TreeTag::list, path));
  return from_wire<std::vector<host::Node>>(answer.body);
}

Result<std::unique_ptr<host::OpenFile>> RemoteTree::open(const std::string& path) {
  jail::Message answer = ANTIDOTARY_TRY(ask(*channel_, TreeTag::open, path));
  host::Node node = ANTIDOTARY_TRY(from_wire<host::Node>(answer.body));
  Input input = ANTIDOTARY_TRY(Input::take(std::move(answer.descriptor), node.size_bytes));
  return std::make_unique<RemoteFile>(std::move(input), std::move(node));
}

Result<Buffer> RemoteTree::head(const std::string& path, std::size_t bytes_max) {
  const jail::Message answer = ANTIDOTARY_TRY(ask(*channel_, TreeTag::open, path));
  const auto node = ANTIDOTARY_TRY(from_wire<host::Node>(answer.body));
  Buffer out(std::min<std::uint64_t>(bytes_max, node.size_bytes));
  if (ANTIDOTARY_TRY(files::read_at(answer.descriptor.get(), 0, out)) != out.size()) {
    return fail(ErrorKind::changed, "{} shrank while it was read", path);
  }
  return out;
}

}  // namespace antidotary::worker
