// SampleDisk: a small honest Windows XP in memory for the tests of host, diagnosis and plan; each
// test adds what it is about and then asks for the computer.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "core/budget.h"
#include "formats/regf/editor.h"
#include "host/computer.h"
#include "host/fake_tree.h"

namespace antidotary::host {

inline constexpr std::string_view run_key = "Microsoft\\Windows\\CurrentVersion\\Run";

struct SampleDisk {
  FakeTree tree;
  Budget budget;
  regf::KeySpec software;
  regf::KeySpec system;
  regf::KeySpec alice;
  std::string windows = "WINDOWS";
  std::string profiles = "Documents and Settings";
  std::unique_ptr<Computer> computer;

  SampleDisk() {
    software.at("Microsoft\\Windows NT\\CurrentVersion").set_text("SystemRoot", "C:\\WINDOWS");
    auto& logon = software.at("Microsoft\\Windows NT\\CurrentVersion\\Winlogon");
    logon.set_text("Shell", "Explorer.exe");
    logon.set_text("Userinit", "C:\\WINDOWS\\system32\\userinit.exe,");
    software.at(run_key);
    system.at("Select").set("Current", regf::reg_dword, number(2));
    system.at("ControlSet002\\Services");
    alice.at("Software\\Microsoft\\Windows\\CurrentVersion\\Run");
  }

  static Buffer number(std::uint32_t value) {
    Buffer out;
    for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xff));
    return out;
  }
  void run(std::string_view value, std::string_view data) {
    software.at(run_key).set_text(value, data);
  }
  std::string software_path() const { return windows + "/system32/config/SOFTWARE"; }
  std::string home() const { return profiles + "/alice"; }

  /// Lays out the tree. What a test added by itself stays.
  SampleDisk& lay() {
    tree.file(windows + "/explorer.exe", "shell").file(windows + "/notepad.exe", "pad");
    tree.file(windows + "/system32/svchost.exe", "genuine");
    tree.file(windows + "/system32/userinit.exe", "genuine");
    tree.folder(windows + "/Temp").folder("Program Files");
    tree.hive(software_path(), software).hive(windows + "/system32/config/SYSTEM", system);
    tree.hive(home() + "/NTUSER.DAT", alice).folder(home() + "/Local Settings/Temp");
    return *this;
  }
  /// Deletes from the SOFTWARE hive that was laid, as Windows does: what was there stays in free
  /// room. False where there is no such thing.
  bool delete_value(const std::string& key, const std::string& value, std::string_view text) {
    Budget enough;
    return change(regf::remove_value(tree.content(software_path()),
                                     {key, value, regf::reg_sz, regf::data_of_text(text)}, 1,
                                     enough));
  }
  bool delete_key(const std::string& key) {
    Budget enough;
    return change(regf::remove_key(tree.content(software_path()), key, 1, enough));
  }
  bool change(const Result<std::vector<regf::Edit>>& edits) {
    if (!edits) return false;
    Buffer& hive = tree.content(software_path());
    for (const regf::Edit& edit : *edits) {
      std::copy(edit.after.begin(), edit.after.end(),
                hive.begin() + static_cast<std::ptrdiff_t>(edit.offset));
    }
    return true;
  }
  /// Changes sequence number 2 of a hive and mends its checksum, as a lost log leaves it.
  void make_dirty(const std::string& path) {
    Buffer& bytes = tree.content(path);
    bytes[4] ^= std::byte{0x01};
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 508; i += 4) {
      std::uint32_t word = 0;
      for (std::size_t j = 0; j < 4; ++j) {
        word |= std::to_integer<std::uint32_t>(bytes[i + j]) << (8 * j);
      }
      sum ^= word;
    }
    const Buffer mended = number(sum);
    std::copy(mended.begin(), mended.end(), bytes.begin() + 508);
  }
  Computer& look() {
    auto found = Computer::find(tree, budget);
    if (found) computer = std::move(*found);
    return *computer;
  }
};

}  // namespace antidotary::host
