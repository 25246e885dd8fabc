// Sample: a small variant with a change of every kind, for this room's tests.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "entries/entry.h"
#include "entries/kinds/file.h"
#include "entries/kinds/message.h"
#include "entries/kinds/mutex.h"
#include "entries/kinds/network.h"
#include "entries/kinds/registry.h"

namespace antidotary::simulate {

inline constexpr const char* run_key = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";

inline std::unique_ptr<entries::FileChange> sample_file() {
  auto file = std::make_unique<entries::FileChange>();
  file->id = "worm-body";
  file->directory = "%windir%";
  file->name = "videodrv.exe";
  file->role = "worm body";
  file->sizes = {19824, 24608};
  return file;
}

inline std::unique_ptr<entries::RegistryChange> sample_run() {
  auto run = std::make_unique<entries::RegistryChange>();
  run->id = "run";
  run->key = run_key;
  run->value = "VideoDriver";
  run->value_type = "REG_SZ";
  run->data = "%windir%\\videodrv.exe";
  run->old = entries::RegistryChange::Old::absent;
  return run;
}

inline std::unique_ptr<entries::MessageChange> sample_message() {
  auto message = std::make_unique<entries::MessageChange>();
  message->id = "lure";
  message->from = {"admin@*"};
  message->sender_name = {"Admin"};
  message->subject = {"your account *"};
  message->body = {"will be expiring", "Best regards, Administrator"};
  message->attachment = {"message.zip"};
  message->member = {"message.html"};
  message->attachment_sizes = {12958};
  message->structure = {"importance-high", "codebase"};
  return message;
}

inline entries::Variant sample_variant() {
  entries::Variant variant;
  variant.id = "a";
  variant.title = "Win32/Example.A";
  variant.changes.push_back(sample_file());
  variant.changes.push_back(sample_run());
  variant.changes.push_back(sample_message());
  auto mutex = std::make_unique<entries::MutexChange>();
  mutex->id = "mutex";
  mutex->name = "example";
  variant.changes.push_back(std::move(mutex));
  auto network = std::make_unique<entries::NetworkChange>();
  network->id = "network";
  network->role = "backdoor";
  variant.changes.push_back(std::move(network));
  return variant;
}

}  // namespace antidotary::simulate
