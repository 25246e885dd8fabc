// Method: the encyclopedia of this very tree is read and linted; it must be without errors, and
// each of its names must lead back to where it is listed.
#include <gmock/gmock.h>

#include "entries/encyclopedia.h"
#include "entries/names.h"
#include "entries/this_tree.h"

namespace antidotary::entries {
namespace {

const Encyclopedia& encyclopedia() {
  static std::vector<Problem> problems;
  static const Encyclopedia all = [] {
    Encyclopedia read = Encyclopedia::read(files_of_this_tree(), problems);
    for (const Problem& problem : problems) {
      if (problem.severity == Severity::error) ADD_FAILURE() << problem.sentence();
    }
    return read;
  }();
  return all;
}

TEST(RealEncyclopedia, HasNoErrors) {
  for (const Problem& problem : lint(encyclopedia())) {
    if (problem.severity == Severity::error) {
      ADD_FAILURE() << problem.sentence();
    } else {
      std::printf("%s\n", problem.sentence().c_str());
    }
  }
}

bool leads_to(const Resolution& found, const Entry& entry, const Variant* variant) {
  for (const NameMatch& match : found.matches) {
    // The family answers for its variants where the label is listed for both.
    if (match.entry == &entry && (match.variant == variant || match.variant == nullptr)) {
      return true;
    }
  }
  return false;
}

TEST(RealEncyclopedia, NamesLeadBackToWhereTheyAreListed) {
  for (const Entry& entry : encyclopedia().entries()) {
    EXPECT_TRUE(leads_to(resolve(encyclopedia(), entry.id), entry, nullptr)) << entry.id;
    EXPECT_TRUE(leads_to(resolve(encyclopedia(), entry.title), entry, nullptr)) << entry.title;
    const auto check = [&](const Variant* variant, const std::vector<VendorName>& names) {
      for (const VendorName& name : names) {
        const bool owns =
            name.relation == NameRelation::same || name.relation == NameRelation::mistaken;
        if (!owns) continue;
        EXPECT_TRUE(leads_to(resolve(encyclopedia(), name.label), entry, variant)) << name.label;
      }
    };
    check(nullptr, entry.names);
    for (const Variant& variant : entry.variants) {
      const Resolution own = resolve(encyclopedia(), entry.id + "." + variant.id);
      ASSERT_EQ(own.kind, Resolution::Kind::one) << entry.id << "." << variant.id;
      EXPECT_EQ(own.matches[0].variant, &variant) << entry.id << "." << variant.id;
      check(&variant, variant.names);
    }
  }
}

TEST(RealEncyclopedia, ResolvesTheLabelsThatPeopleAskFor) {
  const std::pair<std::string_view, std::string_view> asked[] = {
      {"W32.Mimail.A@mm", "win32/mimail.a"},
      {"WORM_MIMAIL", "win32/mimail"},
      {"I-Worm.Paylap", "win32/mimail.i"},
      {"WORM_MIMAIL.R", "win32/mydoom.a"},
      {"Sophos Mimail-N", "win32/mimail.p"},
      {"W32.Novarg.A@mm", "win32/mydoom.a"},
      {"mydoom", "win32/mydoom"},
      {"W32/Lovsan.worm", "win32/blaster.a"},
      {"netsky.p", "win32/netsky.p"},
      {"Email-Worm.Win32.NetSky.d", "win32/netsky.d"}};
  for (const auto& [label, place] : asked) {
    const Resolution found = resolve(encyclopedia(), label);
    std::string got;
    for (const NameMatch& match : found.matches) {
      got += (got.empty() ? "" : " | ") + match.entry->id +
             (match.variant == nullptr ? "" : "." + match.variant->id);
    }
    EXPECT_EQ(got, place) << label;
  }
}

}  // namespace
}  // namespace antidotary::entries
