// Markup: text made safe for HTML, Markdown made HTML, and links that know where their page stands.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::publish {

/// Safe inside an element and inside a quoted attribute: `<`, `>`, `&` and quotes as references;
/// control, bidirectional-override and malformed bytes as U+FFFD.
std::string html_text(std::string_view text);
/// The same for what holds paths: a line may break behind each backslash.
std::string html_path_text(std::string_view text);
/// "Trend Micro" as "trend-micro": for addresses.
std::string slug(std::string_view name);

/// Addresses of pages below the site's folder.
std::string address_of(const entries::Entry& entry);
std::string address_of(const entries::Entry& entry, const entries::Variant& variant);
std::string address_of(const entries::Bulletin& bulletin);
std::string address_of(const entries::Term& term);
std::string address_of(const entries::PostureCheck& check);
std::string weakness_address(std::string_view cve);
std::string vendor_address(std::string_view vendor);

/// Where a page stands, and so how it refers to others.
class Place {
 public:
  /// `path` of the page below the site; a page by itself has none and links to no other.
  Place(const entries::Encyclopedia& encyclopedia, std::string_view path);

  /// A page that is shown at addresses of any depth: its links begin with `root`, "/book/".
  static Place anywhere(const entries::Encyclopedia& encyclopedia, std::string root);

  const entries::Encyclopedia& encyclopedia() const { return encyclopedia_; }
  bool alone() const { return alone_; }
  /// "../" as often as the page is deep, or where it is shown anywhere, the site's own address.
  const std::string& root() const { return root_; }
  /// `html` linked to a page of the site; `html` itself where the page stands alone.
  std::string link(std::string_view address, std::string_view html) const;
  /// A link to a bulletin by id, where there is such a page; else its name.
  std::string bulletin(std::string_view id) const;
  /// Markdown as HTML; bulletins and weaknesses that it names become links.
  std::string markdown(std::string_view text) const;
  /// Text escaped, with the same links.
  std::string prose(std::string_view text) const;

 private:
  const entries::Encyclopedia& encyclopedia_;
  bool alone_;
  std::string root_;
};

/// Sources as footnotes, numbered in the order in which the page first names them.
class Footnotes {
 public:
  explicit Footnotes(const entries::Entry& entry) : entry_(entry) {}
  /// Superscript links to the notes, or nothing.
  std::string cite(const std::vector<std::string>& ids);
  /// The list, as a section's inside; empty where nothing was cited.
  std::string list() const;

 private:
  const entries::Entry& entry_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> order_;
};

}  // namespace antidotary::publish
