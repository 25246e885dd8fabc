#include "worker/inside.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "core/record.h"
#include "diagnosis/diagnosis.h"
#include "host/computer.h"
#include "host/doubts.h"
#include "posture/posture.h"
#include "sources/tree_wire.h"
#include "unpack/tree.h"
#include "worker/disk_answers.h"
#include "worker/input.h"
#include "worker/inside_disk.h"
#include "worker/protocol.h"
#include "worker/remote_tree.h"

namespace antidotary::worker {
namespace {

std::uint64_t clock_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

/// An answer on its way: its tag, and its wire form.
struct Answer {
  WorkTag tag;
  Buffer body;
};

class Inside {
 public:
  Inside(const scan::Knowledge& knowledge, const scan::Scanner& scanner, const Options& options,
         jail::Channel& channel)
      : knowledge_(knowledge), scanner_(scanner), options_(options), channel_(channel) {}

  Result<Answer> answer(jail::Message request) {
    switch (static_cast<WorkTag>(request.tag)) {
      case WorkTag::scan:
        return scan(std::move(request));
      case WorkTag::examine:
        return examine();
      case WorkTag::check:
        return check();
      case WorkTag::examine_disk:
        return examine_disk(request.body);
      case WorkTag::check_disk:
        return check_disk(request.body);
      case WorkTag::compare_disk:
        return compare(request.body);
      case WorkTag::list:
        return list(std::move(request));
      case WorkTag::edit_hive:
        return edit_hive(std::move(request));
      default:
        return fail(ErrorKind::internal, "an unknown request");
    }
  }

 private:
  Result<Answer> scan(jail::Message request) {
    const auto wanted = ANTIDOTARY_TRY(from_wire<ObjectRequest>(request.body));
    const Input input =
        ANTIDOTARY_TRY(Input::take(std::move(request.descriptor), wanted.size_bytes));
    if (options_.on_object) options_.on_object(input.bytes(), channel_);
    Budget budget(options_.limits, clock_ms);
    const scan::Share share{wanted.share_index, wanted.share_of};
    std::function<void()> tell_risk;
    if (options_.replaced_after_risk) {
      tell_risk = [this, told = false]() mutable {
        // Unheard is unsafe: then nothing risky is done either.
        if (!told && !channel_.send(number(WorkTag::risk), {})) std::abort();
        told = true;
      };
    }
    return Answer{WorkTag::report,
                  to_wire(scanner_.scan(input.bytes(), wanted.name, budget, share, tell_risk))};
  }

  Result<Answer> examine() {
    RemoteTree tree(channel_);
    Budget budget(options_.limits, clock_ms);
    const auto computer = ANTIDOTARY_TRY(host::Computer::find(tree, budget));
    auto examination = diagnosis::examine(*knowledge_.encyclopedia, *computer, knowledge_.allow);
    if (host::is_hibernated(tree)) examination.doubts.push_back(host::Doubt::hibernated);
    return Answer{WorkTag::examination, to_wire(examination)};
  }

  Result<Answer> check() {
    RemoteTree tree(channel_);
    Budget budget(options_.limits, clock_ms);
    const auto computer = ANTIDOTARY_TRY(host::Computer::find(tree, budget));
    if (computer->kind() == host::WindowsKind::none) {
      return fail(ErrorKind::not_found, "it holds no Windows folder");
    }
    return Answer{WorkTag::posture, to_wire(posture::judge(*knowledge_.encyclopedia, *computer))};
  }

  Result<Answer> examine_disk(Bytes body) {
    const auto request = ANTIDOTARY_TRY(from_wire<DiskRequest>(body));
    Budget budget(options_.limits, clock_ms);
    DiskExamination out;
    DiskSeen seen = ANTIDOTARY_TRY(look_at_disk(
        request, channel_, budget, [&](const auto& volume, auto& computer, auto& doubts) {
          auto examination =
              diagnosis::examine(*knowledge_.encyclopedia, computer, knowledge_.allow,
                                 {.hash_start_ups = request.hash_start_ups});
          examination.doubts = doubts;
          out.installations.push_back({volume, std::move(examination)});
        }));
    out.form = std::move(seen.form);
    out.volumes = std::move(seen.volumes);
    return Answer{WorkTag::disk_examination, to_wire(out)};
  }

  Result<Answer> check_disk(Bytes body) {
    const auto request = ANTIDOTARY_TRY(from_wire<DiskRequest>(body));
    Budget budget(options_.limits, clock_ms);
    DiskPosture out;
    DiskSeen seen = ANTIDOTARY_TRY(look_at_disk(
        request, channel_, budget, [&](const auto& volume, auto& computer, auto& doubts) {
          auto posture = posture::judge(*knowledge_.encyclopedia, computer);
          posture.doubts = doubts;
          out.installations.push_back({volume, std::move(posture)});
        }));
    out.form = std::move(seen.form);
    out.volumes = std::move(seen.volumes);
    return Answer{WorkTag::disk_posture, to_wire(out)};
  }

  Result<Answer> compare(Bytes body) {
    const auto request = ANTIDOTARY_TRY(from_wire<CompareRequest>(body));
    Budget budget(options_.limits, clock_ms);
    return Answer{WorkTag::comparison,
                  to_wire(ANTIDOTARY_TRY(compare_disk(request, channel_, budget)))};
  }

  Result<Answer> list(jail::Message request) {
    const auto wanted = ANTIDOTARY_TRY(from_wire<ListRequest>(request.body));
    const Input input =
        ANTIDOTARY_TRY(Input::take(std::move(request.descriptor), wanted.size_bytes));
    if (options_.on_object) options_.on_object(input.bytes(), channel_);
    Budget budget(options_.limits, clock_ms);
    const auto send = [this](std::uint32_t node, Bytes bytes) {
      std::uint64_t offset = 0;
      do {
        const Bytes part = bytes.first(std::min(bytes.size(), piece_bytes_max));
        bytes = bytes.subspan(part.size());
        const Piece piece{node, offset, to_buffer(part), bytes.empty()};
        if (!channel_.send(number(WorkTag::piece), to_wire(piece))) return false;
        offset += part.size();
      } while (!bytes.empty());
      return true;
    };
    if (!wanted.pieces) {
      return Answer{WorkTag::tree, to_wire(unpack::tree_of(input.bytes(), wanted.name, budget))};
    }
    return Answer{WorkTag::tree,
                  to_wire(unpack::tree_of(input.bytes(), wanted.name, budget, send))};
  }

  Result<Answer> edit_hive(jail::Message request) {
    const auto wanted = ANTIDOTARY_TRY(from_wire<EditRequest>(request.body));
    const Input input =
        ANTIDOTARY_TRY(Input::take(std::move(request.descriptor), wanted.size_bytes));
    if (options_.on_object) options_.on_object(input.bytes(), channel_);
    Budget budget(options_.limits, clock_ms);
    return Answer{WorkTag::edits,
                  to_wire(ANTIDOTARY_TRY(edits_of(input.bytes(), wanted.edit, budget)))};
  }

  static Result<std::vector<regf::Edit>> edits_of(Bytes hive, const HiveEdit& edit,
                                                  Budget& budget) {
    const regf::ExpectedValue expected{edit.key, edit.value, edit.type, edit.data};
    switch (edit.act) {
      case HiveEdit::Act::remove_value:
        return regf::remove_value(hive, expected, edit.now_filetime, budget);
      case HiveEdit::Act::replace_value:
        return regf::replace_value(hive, expected, edit.new_type, edit.new_data, edit.now_filetime,
                                   budget);
      case HiveEdit::Act::remove_key:
        return regf::remove_key(hive, edit.key, edit.now_filetime, budget, edit.values_max);
    }
    return fail(ErrorKind::internal, "an unknown edit");
  }

  const scan::Knowledge& knowledge_;
  const scan::Scanner& scanner_;
  const Options& options_;
  jail::Channel& channel_;
};

}  // namespace

void serve_requests(const scan::Knowledge& knowledge, const scan::Scanner& scanner,
                    const Options& options, jail::Channel& channel) {
  // What one caller sent shall not lie about while another's is read: freed memory is written over.
  if (options.replaced_after_risk) mallopt(M_PERTURB, 0xa5);
  Inside inside(knowledge, scanner, options, channel);
  for (;;) {
    auto request = channel.receive(-1);
    if (!request) return;
    const auto answer = inside.answer(std::move(*request));
    const Status sent =
        answer ? channel.send(number(answer->tag), answer->body)
               : channel.send(number(WorkTag::failure), sources::wire_of(answer.error()));
    if (!sent) return;
  }
}

}  // namespace antidotary::worker
