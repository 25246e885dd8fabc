// Method: each trap that the history of encyclopedias shows is one small entry that falls into it,
// and the same entry set right; the rule must trip on the first and keep silent on the second.
#include <gmock/gmock.h>

#include <set>

#include "entries/genuine_files.h"
#include "entries/lints/lint.h"
#include "entries/sample.h"

namespace antidotary::entries {
namespace {

using ::testing::IsEmpty;

std::string sentences(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += problem.sentence() + "\n";
  return out;
}

std::vector<Problem> lint_of(const std::vector<SourceFile>& files) {
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  EXPECT_THAT(problems, IsEmpty()) << sentences(problems);
  return lint(all);
}

/// The sample with its variant's `from` replaced, which must be there.
std::vector<SourceFile> variant_with(std::string_view from, std::string_view to) {
  EXPECT_NE(sample_variant.find(from), std::string_view::npos) << from;
  std::vector<SourceFile> files = sample_files();
  files[1].text = with(sample_variant, from, to);
  return files;
}

void expect_rule(const std::vector<SourceFile>& files, const std::string& rule) {
  const std::vector<Problem> problems = lint_of(files);
  std::set<std::string> rules;
  for (const Problem& problem : problems) rules.insert(problem.rule);
  EXPECT_EQ(rules, std::set<std::string>{rule}) << sentences(problems);
}

void expect_silence(const std::vector<SourceFile>& files) {
  const std::vector<Problem> problems = lint_of(files);
  EXPECT_THAT(problems, IsEmpty()) << sentences(problems);
}

constexpr std::string_view run_key =
    "key = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run'";
constexpr std::string_view run_value =
    "key = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run'\nvalue = \"Example\"\n"
    "data = '%windir%\\example.exe'\nold = \"absent\"\nbefore = [\"worm-body\"]";

// A second family, so that its name can be borrowed.
std::vector<SourceFile> two_families(std::string_view label, std::string_view more) {
  std::vector<SourceFile> files = sample_files();
  std::string entry = with(sample_entry, "win32/example", "win32/other");
  entry = with(with(entry, "Win32/Example", "Win32/Other"), "W32.Example", "W32.Other");
  std::string variant = with(sample_variant, "Win32/Example.A", "Win32/Other.A");
  variant = with(variant, "label = \"W32/Example.a@MM\"",
                 "label = \"" + std::string(label) + "\"" + std::string(more));
  entry =
      with(entry, "[[bulletin]]\nid = \"ms02-015\"\nnote = \"used by A\"\nsource = [\"MS\"]\n", "");
  files.push_back({"win32/other/entry.md", entry});
  files.push_back({"win32/other/variants/a.toml", variant});
  return files;
}

TEST(TrapOne, ALabelOfAnotherFamilyIsAMistakeAndSaysSo) {
  expect_rule(two_families("W32/Example.r@MM", ""), "label-fits-family");
  expect_silence(two_families("W32/Example.r@MM", "\nrelation = \"mistaken\"\nnote = \"renamed\""));
  expect_silence(two_families("W32/Other.a@MM", ""));
}

TEST(TrapOne, ALetterOfAnotherVariantIsExplained) {
  const auto files = [](std::string_view note) {
    std::vector<SourceFile> all = sample_files();
    std::string other = with(sample_variant, "id = \"a\"", "id = \"b\"");
    other = with(other, "Win32/Example.A", "Win32/Example.B");
    other = with(other, "\"McAfee\"\nlabel = \"W32/Example.a@MM\"",
                 "\"Sophos\"\nlabel = \"W32/Example-A\"" + std::string(note));
    all.push_back({"win32/example/variants/b.toml", other});
    return all;
  };
  expect_rule(files(""), "label-fits-family");
  expect_silence(files("\nnote = \"Sophos counted from here\""));
}

TEST(TrapTwo, NamesThatWormsBorrowedAreKnownAsWindowsOwn) {
  for (const std::string name :
       {"taskmon.exe", "winlogon.exe", "svchost.exe", "dllhost.exe", "scanregw.exe", "rundll32.exe",
        "riched20.dll", "services.exe", "lsass.exe", "outlook.exe", "msnmsgr.exe"}) {
    const GenuineFile* genuine = find_genuine_file(name);
    ASSERT_NE(genuine, nullptr) << name;
    const std::string stated = "name = \"" + name + "\"";
    expect_rule(variant_with("name = \"example.exe\"", stated), "genuine-file-is-told-apart");
    const std::string twin =
        stated + "\ngenuine_twin = '" + std::string(genuine->directories[0]) + "'";
    std::vector<SourceFile> right = variant_with("name = \"example.exe\"", twin);
    right[1].text = with(right[1].text, "directory = '%windir%'", "directory = '%temp%'");
    expect_silence(right);
  }
}

TEST(TrapThree, AHijackedHandlerIsRestoredBeforeItsFileGoes) {
  const auto hijack = [](std::string_view key, std::string_view rest) {
    return variant_with(run_value, "key = '" + std::string(key) + "'\nvalue = \"\"\n" +
                                       "data = '%windir%\\example.exe \"%1\" %*'\n" +
                                       std::string(rest));
  };
  for (const std::string_view key :
       {"HKCR\\exefile\\shell\\open\\command", "HKCR\\txtfile\\shell\\open\\command",
        "HKCR\\CLSID\\{E6FB5E20-DE35-11CF-9C87-00AA005127ED}\\InProcServer32"}) {
    const std::string old = "old = \"default\"\nold_data = '\"%1\" %*'\n";
    expect_rule(hijack(key, old), "handler-is-restored-first");
    expect_silence(hijack(key, old + "before = [\"worm-body\"]"));
    expect_rule(hijack(key, "old = \"absent\"\nbefore = [\"worm-body\"]"),
                "handler-is-restored-first");
  }
}

TEST(TrapThree, AHandlerKnownByAPatternIsRestoredBeforeEachFileThatFitsIt) {
  const auto hijack = [](std::string_view data, std::string_view before) {
    return variant_with(run_value,
                        "key = 'HKCR\\exefile\\shell\\open\\command'\nvalue = \"\"\n"
                        "old = \"default\"\nold_data = '\"%1\" %*'\ndata = '" +
                            std::string(data) + "'\n" + std::string(before));
  };
  expect_rule(hijack("%windir%\\ex*.exe", ""), "handler-is-restored-first");
  expect_silence(hijack("%windir%\\ex*.exe", "before = [\"worm-body\"]"));
  expect_silence(hijack("%windir%\\other*.exe", ""));
}

TEST(TrapThree, AHandlerThatTheWordsTellOfIsAChange) {
  const auto restored = [](std::string_view name) {
    return "key = 'HKCR\\" + std::string(name) +
           "\\shell\\open\\command'\nvalue = \"\"\ndata = '%windir%\\example.exe \"%1\" %*'\n"
           "old = \"default\"\nold_data = '\"%1\" %*'\nbefore = [\"worm-body\"]";
  };
  for (const auto& [words, handler] : std::vector<std::pair<std::string, std::string>>{
           {"The command of exefile names it.", "exefile"},
           {"It is put before Notepad (txtfile).", "txtfile"},
           {"It changes HKCR\\comfile\\Shell\\Open\\Command.", "comfile"},
           {"It changes a key, Shell\\Open\\Command.", "piffile"}}) {
    const auto in_entry = [&words](std::vector<SourceFile> files) {
      files[0].text = with(files[0].text, "## Symptoms\nWords.", "## Symptoms\n" + words);
      return files;
    };
    const auto in_variant = [&words](std::vector<SourceFile> files) {
      files[1].text +=
          "[[fact]]\ntopic = \"registry\"\ntext = '" + words + "'\nsource = [\"MS\"]\n";
      return files;
    };
    expect_rule(in_entry(sample_files()), "handler-is-stated");
    expect_rule(in_variant(sample_files()), "handler-is-stated");
    expect_silence(in_entry(variant_with(run_value, restored(handler))));
    expect_silence(in_variant(variant_with(run_value, restored(handler))));
    // A weak one orders nothing, for it is shown and left.
    std::string unordered = with(restored(handler), "before = [\"worm-body\"]", "");
    unordered = with(unordered, "example.exe", "other*.exe");
    std::vector<SourceFile> loose = variant_with(run_value, unordered);
    expect_rule(in_entry(loose), "handler-is-stated");
    loose[1].text = with(loose[1].text, "\nevidence = \"strong\"\nsource = [\"MS\"]\n[[message]]",
                         "\nevidence = \"weak\"\nsource = [\"MS\"]\n[[message]]");
    expect_silence(in_entry(loose));
    if (words.find("file") == std::string::npos) continue;
    // One that is restored says nothing of another.
    expect_rule(in_entry(variant_with(run_value, restored("scrfile"))), "handler-is-stated");
    expect_rule(in_variant(variant_with(run_value, restored("scrfile"))), "handler-is-stated");
  }
}

TEST(TrapThree, TheShellOfWinlogonIsRestoredBeforeItsFileGoes) {
  const auto shell = [](std::string_view before) {
    return variant_with(
        run_value,
        "key = 'HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon'\n"
        "value = \"Shell\"\ndata = 'explorer.exe %windir%\\example.exe'\nold = \"default\"\n"
        "old_data = \"explorer.exe\"\n" +
            std::string(before));
  };
  expect_rule(shell(""), "handler-is-restored-first");
  expect_silence(shell("before = [\"worm-body\"]"));
}

TEST(TrapFour, ADeletedValueSaysWhoseItWas) {
  const auto removed = [](std::string_view more) {
    return variant_with(
        run_value,
        std::string(run_key) + "\nvalue = \"Rival\"\naction = \"remove\"" + std::string(more));
  };
  expect_rule(removed(""), "removed-value-has-owner");
  expect_silence(removed("\nowner = \"threat\""));
  expect_silence(removed("\nowner = \"protection\""));
  expect_rule(removed("\nowner = \"threat\"\nold = \"value\"\nold_data = \"rival.exe\""),
              "removed-value-has-owner");
  expect_rule(variant_with("old = \"absent\"", "old = \"absent\"\nowner = \"threat\""),
              "removed-value-has-owner");
}

TEST(TrapFive, AWeakenedSettingSaysHowItIsPutBack) {
  const auto setting = [](std::string_view key, std::string_view value, std::string_view old) {
    return variant_with(run_value,
                        "key = '" + std::string(key) + "'\nvalue = \"" + std::string(value) +
                            "\"\ntype = \"REG_DWORD\"\ndata = \"4\"" + "\n" + std::string(old));
  };
  const std::string shared = "HKLM\\System\\CurrentControlSet\\Services\\SharedAccess";
  expect_rule(setting(shared, "Start", "old = \"unknown\""), "setting-has-old-value");
  expect_silence(setting(shared, "Start", "old = \"default\"\nold_data = \"2\""));
  const std::string policies = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\";
  expect_rule(setting(policies + "System", "DisableRegistryTools", ""), "setting-has-old-value");
  expect_silence(setting(policies + "System", "DisableRegistryTools", "old = \"absent\""));
  expect_rule(setting(policies + "Explorer", "NoFolderOptions", ""), "setting-has-old-value");
  expect_silence(setting(policies + "Explorer", "NoFolderOptions", "old = \"absent\""));
  const std::string tcp = "HKLM\\System\\CurrentControlSet\\Services\\Tcpip\\Parameters";
  expect_rule(setting(tcp, "TcpNumConnections", ""), "setting-has-old-value");
  expect_silence(setting(tcp, "TcpNumConnections", "old = \"absent\""));
}

TEST(TrapSix, WhatLivesInMemoryIsEndedByUpdateAndRestart) {
  const auto memory = [](std::string_view recovery, bool bulletin) {
    std::vector<SourceFile> files = sample_files();
    files[0].text = with(files[0].text, "\"worm/mass-mailer\"", "\"worm/memory-only\"");
    files[0].text =
        with(files[0].text, "## Recovery\nWords.", "## Recovery\n" + std::string(recovery));
    if (!bulletin) {
      files[0].text = with(files[0].text,
                           "[[bulletin]]\nid = \"ms02-015\"\nnote = \"used by A\"\n"
                           "source = [\"MS\"]\n",
                           "");
      files[2].text = with(files[2].text, "threats = [\"win32/example\"]\n", "");
    }
    return files;
  };
  expect_rule(memory("Delete it.", true), "memory-only-is-restarted");
  expect_rule(memory("Install the update, then restart.", false), "memory-only-is-restarted");
  expect_silence(memory("Install the update, then restart.", true));
}

TEST(TrapSeven, NoVariantIsOlderThanItsFamilyAndNoScheduleEndsFirst) {
  expect_rule(variant_with("date = \"2003-08\"", "date = \"2003-07-31\""), "time-runs-forward");
  expect_silence(variant_with("date = \"2003-08\"", "date = \"2003\""));
  const auto schedule = [](std::string_view words) {
    return variant_with("role = \"backdoor\"",
                        "role = \"backdoor\"\nschedule = \"" + std::string(words) + "\"");
  };
  expect_rule(schedule("2004-02-12 to 2004-02-01"), "time-runs-forward");
  expect_silence(schedule("2004-02-01 to 2004-02-12"));
  expect_silence(schedule("day 20 to 27 of a month"));
}

TEST(TrapEight, EverySizeThatANoteTellsIsTaken) {
  const auto sizes = [](std::string_view list, std::string_view note) {
    return variant_with("sizes = [19824]",
                        "sizes = " + std::string(list) + "\nnote = \"" + std::string(note) + "\"");
  };
  const std::string note = "One prints 22,528 bytes, another 22582 since 2004.";
  expect_rule(sizes("[22528]", note), "sizes-are-all-told");
  expect_silence(sizes("[22528, 22582]", note));
}

TEST(TrapEight, NoVariantRestsOnADigestAlone) {
  const std::string digest = "md5 = \"" + std::string(32, 'a') + "\"";
  std::vector<SourceFile> files = variant_with("sizes = [19824]", digest);
  expect_silence(files);
  const std::size_t from = files[1].text.find("[[registry]]");
  const std::size_t to = files[1].text.find("[[mutex]]");
  files[1].text.erase(from, to - from);
  expect_rule(files, "digest-does-not-stand-alone");
}

TEST(TrapNine, ASubjectThatAnybodyWritesConvictsNobody) {
  const auto lure = [](std::string_view rest) {
    return variant_with("subject = \"your account *\"\nattachment = [\"message.zip\"]",
                        "subject = [\"hi\", \"test\"]\n" + std::string(rest));
  };
  expect_rule(lure("attachment = [\"*.zip\"]"), "common-subject-needs-more");
  expect_silence(lure("attachment = [\"*.zip\"]\nbody = [\"test, yep\"]"));
  expect_silence(lure("attachment = [\"*.zip\"]\nmember = [\"message.html\"]"));
  expect_silence(lure("attachment = [\"message.zip\"]"));
}

TEST(TrapTen, SuccessorsOfABulletinLeadForwardBothWays) {
  const auto chain = [](std::string_view date, std::string_view more) {
    std::vector<SourceFile> files = sample_files();
    std::string next = with(sample_bulletin, "ms02-015", "ms02-023");
    next = with(next, "superseded_by = [\"ms02-023\"]", more);
    next = with(next, "threats = [\"win32/example\"]\n", "");
    files.push_back({"bulletins/ms02-023.toml", with(next, "2002-03-28", date)});
    return files;
  };
  expect_rule(chain("2002-05-15", ""), "supersedence-is-a-chain");
  expect_silence(chain("2002-05-15", "supersedes = [\"ms02-015\"]"));
  expect_rule(chain("2002-01-15", "supersedes = [\"ms02-015\"]"), "supersedence-is-a-chain");
  std::vector<SourceFile> circle =
      chain("2002-03-28", "supersedes = [\"ms02-015\"]\nsuperseded_by = [\"ms02-015\"]");
  circle[2].text = with(circle[2].text, "sources =", "supersedes = [\"ms02-023\"]\nsources =");
  expect_rule(circle, "supersedence-is-a-chain");
}

TEST(Draft, TellsWhatIsLeftOpenUntilItIsCalledTested) {
  const auto draft = [](std::string_view words, std::string_view status) {
    std::vector<SourceFile> files = sample_files();
    files[0].text = with(files[0].text, "status = \"tested\"", status);
    files[0].text = with(files[0].text, "It reads files.", words);
    return files;
  };
  expect_rule(draft("FILL-IN", "status = \"draft\""), "draft-is-filled-in");
  expect_silence(draft("It reads files.", "status = \"draft\""));
  expect_rule(draft("FILL-IN", "status = \"tested\""), "status-is-earned");
  const std::vector<Problem> problems = lint_of(draft("FILL-IN", "status = \"draft\""));
  EXPECT_EQ(problems.front().severity, Severity::warning);
}

TEST(TrapEleven, WhatIsStableCanBeCheckedOnceThePageIsGone) {
  const auto stable = [](std::string_view kept) {
    std::vector<SourceFile> files = sample_files();
    files[0].text = with(files[0].text, "status = \"tested\"", "status = \"stable\"");
    files[0].text = with(files[0].text, "publisher = \"Microsoft\"",
                         "publisher = \"Microsoft\"\n" + std::string(kept));
    return files;
  };
  expect_rule(stable(""), "source-is-kept");
  expect_rule(stable("read = \"2026-08-01\""), "source-is-kept");
  expect_silence(stable("read = \"2026-08-01\"\narchive = \"https://archive.example/ms\""));
  expect_silence(
      stable("read = \"2026-08-01\"\nexcerpt_sha256 = \"" + std::string(64, 'a') + "\""));
  expect_rule(
      sample_with("publisher = \"Microsoft\"", "publisher = \"Microsoft\"\nread = \"August 2026\""),
      "source-is-kept");
  expect_rule(sample_with("publisher = \"Microsoft\"",
                          "publisher = \"Microsoft\"\nexcerpt_sha256 = \"12\""),
              "source-is-kept");
}

}  // namespace
}  // namespace antidotary::entries
