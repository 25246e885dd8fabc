// antidotary-ntfs: works on an NTFS volume that somebody else holds, for antidotary alone.
//
// It is started by jail/program.h, locks itself in, and serves one volume over the wire of
// src/ntfs/wire.h until the other end closes. It opens no file and writes to none.
//
// SPDX-License-Identifier: GPL-2.0-or-later
#include <memory>

#include "core/record.h"
#include "jail/program.h"
#include "ntfs/wire.h"
#include "programs/ntfs/volume.h"

namespace antidotary::ntfs {
namespace {

class Server {
 public:
  explicit Server(jail::Channel& channel) : channel_(channel) {}

  /// Serves until the other end closes, or does not take an answer.
  void serve() {
    for (;;) {
      const auto message = channel_.receive(-1);
      if (!message) return;
      const auto answer = answer_to(*message);
      const Status sent =
          answer ? channel_.send(number(answer->first), answer->second)
                 : channel_.send(number(Tag::failure), to_wire(Failure::of(answer.error())));
      if (!sent) return;
    }
  }

 private:
  using Answer = std::pair<Tag, Buffer>;

  Result<Answer> answer_to(const jail::Message& message) {
    const Tag tag = static_cast<Tag>(message.tag);
    if (tag == Tag::open) return open(message.body);
    if (!volume_) return fail(ErrorKind::internal, "no volume is open");
    switch (tag) {
      case Tag::find: {
        const auto wanted = ANTIDOTARY_TRY(from_wire<NodeRequest>(message.body));
        return Answer{Tag::node, to_wire(ANTIDOTARY_TRY(volume_->find(wanted)))};
      }
      case Tag::read: {
        const auto wanted = ANTIDOTARY_TRY(from_wire<NodeRequest>(message.body));
        return done(volume_->read(wanted, [this](std::uint64_t offset, Bytes bytes) {
          return channel_.send(number(Tag::piece), to_wire(Block{offset, to_buffer(bytes)}));
        }));
      }
      case Tag::write:
        return done(volume_->write(ANTIDOTARY_TRY(from_wire<WriteRequest>(message.body))));
      case Tag::remove:
        return done(volume_->remove(ANTIDOTARY_TRY(from_wire<NodeRequest>(message.body))));
      case Tag::close:
        return done(std::exchange(volume_, nullptr)->close());
      default:
        return fail(ErrorKind::internal, "an unknown request");
    }
  }

  Result<Answer> open(Bytes body) {
    const auto wanted = ANTIDOTARY_TRY(from_wire<OpenRequest>(body));
    volume_ = ANTIDOTARY_TRY(Volume::open(channel_, wanted.size_bytes));
    return Answer{Tag::done, {}};
  }

  static Result<Answer> done(const Status& status) {
    if (!status) return tl::unexpected(status.error());
    return Answer{Tag::done, {}};
  }

  jail::Channel& channel_;
  std::unique_ptr<Volume> volume_;
};

}  // namespace
}  // namespace antidotary::ntfs

int main() {
  antidotary::jail::Confinement confinement;
  confinement.memory_bytes_max = 1ull << 30;
  confinement.descriptors_max = 16;
  antidotary::jail::run_as_program(confinement, [](antidotary::jail::Channel& channel) {
    antidotary::ntfs::Server(channel).serve();
  });
}
