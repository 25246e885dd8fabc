// FakeMail: a folder with a mailbox file of four messages and a Maildir, and plans that take
// messages out of them. For tests only.
#pragma once

#include <vector>

#include "remedy/fake_host.h"

namespace antidotary::remedy {

class FakeMail {
 public:
  inline static const std::string from = "From a@example.org Fri Aug  1 12:00:00 2003\n";

  FakeMail() {
    for (const char* name : {"one", "two", "three", "four"}) {
      const std::string padding(std::string_view(name) == "three" ? 300 : 20, 'x');
      messages_.push_back(from + "Subject: " + name + "\n\n" + padding + name + "\n\n");
    }
    scratch_.file("tree/inbox", join(messages_, ""));
    for (const char* folder : {"new", "cur", "tmp"}) {
      std::filesystem::create_directories(path("Maildir/" + std::string(folder)));
    }
    scratch_.file("tree/Maildir/new/1000.M1.host", "Subject: lure\n\nbody\n");
    ::chmod(path("inbox").c_str(), 0640);
    if (::geteuid() == 0 && ::chown(path("inbox").c_str(), 1234, 4321) != 0) ::abort();
    set_times();
    plan_.root = path("");
    original_ = picture();
  }

  /// Mail that was not read yet: the mailbox was read before it was written to.
  void set_times() const {
    const timespec times[2] = {{1'056'700'000, 1}, {1'056'700'001, 123'456'789}};
    ::utimensat(AT_FDCWD, path("inbox").c_str(), times, 0);
  }

  std::string path(std::string_view below) const {
    return scratch_.path(below.empty() ? "tree" : "tree/" + std::string(below));
  }
  std::string content(const std::string& below = "inbox") const {
    return files::Scratch::content(path(below));
  }
  /// Content, mode, owner and times of all files; not the folders' times, which locks change.
  std::string picture() const { return picture_of(path(""), false); }
  const std::string& original() const { return original_; }
  plan::Plan& plan() { return plan_; }

  /// The mailbox without the messages of these numbers.
  std::string without(const std::vector<std::size_t>& numbers) const {
    std::string out;
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const bool gone = std::find(numbers.begin(), numbers.end(), i + 1) != numbers.end();
      if (!gone) out += messages_[i];
    }
    return out;
  }
  const std::string& message(std::size_t number) const { return messages_[number - 1]; }

  plan::Step& add_message(std::size_t number) {
    plan::Step step = numbered("inbox");
    step.act = plan::Act::take_message;
    plan::MessageFact fact;
    fact.number = number;
    for (std::size_t i = 0; i + 1 < number; ++i) fact.offset += messages_[i].size();
    fact.size_bytes = message(number).size();
    fact.sha256 = sha256_hex(as_bytes(message(number)));
    step.message = fact;
    return plan_.steps.emplace_back(std::move(step));
  }
  plan::Step& add_file(const std::string& below) {
    plan::Step step = numbered(below);
    step.act = plan::Act::quarantine_file;
    const std::string bytes = content(below);
    step.file->sha256 = sha256_hex(as_bytes(bytes));
    return plan_.steps.emplace_back(std::move(step));
  }

  /// As a program that delivers, or one that reads, leaves the mailbox.
  void append(const std::string& text) const {
    const files::Fd file(::open(path("inbox").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void replace(const std::string& text) const {
    const files::Fd file(::open(path("inbox").c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  files::Root tree() const { return files::Root::open(path("")).value(); }
  files::Root state() const { return files::open_state(scratch_.path("state")).value(); }
  /// Names of what is in quarantine.
  std::vector<std::string> copies() const {
    std::vector<std::string> names;
    const auto listed = state().list("quarantine");
    for (const files::Named& one : listed.value()) names.push_back(one.name);
    return names;
  }
  std::vector<std::string> names(const std::string& below) const {
    std::vector<std::string> out;
    const auto listed = tree().list(below);
    for (const files::Named& one : listed.value()) out.push_back(one.name);
    std::sort(out.begin(), out.end());
    return out;
  }

  Result<Run> apply() const {
    const files::Root kept = state();
    const files::Root root = tree();
    auto remedy = FakeHost::remedy(kept);
    if (!remedy) return tl::unexpected(remedy.error());
    return remedy->apply(root, plan_);
  }
  Result<Run> undo(const std::string& id = "") const {
    const files::Root kept = state();
    auto remedy = FakeHost::remedy(kept);
    if (!remedy) return tl::unexpected(remedy.error());
    return remedy->undo(id.empty() ? remedy->runs().value().front().id : id);
  }

 private:
  plan::Step numbered(const std::string& below) const {
    plan::Step step;
    step.number = static_cast<std::uint32_t>(plan_.steps.size() + 1);
    step.entry = "win32/mimail";
    step.variant = "a";
    step.what = "clean " + below;
    step.file.emplace();
    step.file->path = below;
    struct stat status {};
    EXPECT_EQ(::lstat(path(below).c_str(), &status), 0);
    step.file->node.device = status.st_dev;
    step.file->node.inode = status.st_ino;
    step.file->node.size_bytes = static_cast<std::uint64_t>(status.st_size);
    step.file->node.modified_unix_ns =
        status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
    return step;
  }

  files::Scratch scratch_;
  std::vector<std::string> messages_;
  plan::Plan plan_;
  std::string original_;
};

}  // namespace antidotary::remedy
