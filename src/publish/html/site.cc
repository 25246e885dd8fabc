// Site: all leaves framed, with what stands beside them: style, script, index, feed, sitemap.
#include <fmt/core.h>

#include <algorithm>

#include "core/json.h"
#include "core/text.h"
#include "publish/html/assets.h"
#include "publish/html/leaf.h"

namespace antidotary::publish {
namespace {

constexpr std::string_view icon =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><path fill=\"#8c2f1b\" "
    "d=\"M4 5h11v22H4z\"/><path fill=\"#1f5f49\" d=\"M17 5h11v22H17z\"/></svg>\n";

class Builder {
 public:
  explicit Builder(const entries::Encyclopedia& encyclopedia) : encyclopedia_(encyclopedia) {}

  template <class Make>
  void page(const std::string& path, Make make) {
    page_at(path, Place(encyclopedia_, path), make);
  }

  template <class Make>
  void page_at(const std::string& path, const Place& place, Make make) {
    const Leaf leaf = make(place);
    files.push_back({path, framed(leaf, place, path)});
    catalogue_.emplace_back(
        Json::Object{{"address", path}, {"title", leaf.title}, {"json", !leaf.json.empty()}});
    if (!leaf.json.empty()) {
      files.push_back({path.substr(0, path.size() - 4) + "json", leaf.json});
    }
  }

  /// Every page by its address, for programs.
  std::string catalogue() && {
    Json json;
    json.set("schema", "antidotary-site/1");
    json.set("pages", std::move(catalogue_));
    return json.dump() + "\n";
  }

  std::vector<SiteFile> files;

 private:
  Json::Array catalogue_;
  const entries::Encyclopedia& encyclopedia_;
};

void add_lists(Builder& out, const entries::Encyclopedia& encyclopedia,
               const SiteOptions& options) {
  out.page("index.html", &home_leaf);
  out.page("a-z.html", &letters_leaf);
  out.page("years.html", &years_leaf);
  out.page("transmission.html", &transmission_leaf);
  out.page("bulletins/index.html", &bulletins_leaf);
  out.page("weaknesses/index.html", &weaknesses_leaf);
  out.page("glossary/index.html", &glossary_leaf);
  out.page("checks/index.html", &checks_leaf);
  out.page("vendors/index.html", &vendors_leaf);
  // A host shows it for addresses of any depth: only links from the site's own address are right.
  const std::string root = options.address.empty() ? "" : options.address + "/";
  out.page_at("404.html", Place::anywhere(encyclopedia, root), &missing_leaf);
}

void add_pages(Builder& out, const entries::Encyclopedia& encyclopedia) {
  for (const auto& entry : encyclopedia.entries()) {
    out.page(address_of(entry), [&](const Place& place) { return entry_leaf(place, entry); });
    for (const auto& variant : entry.variants) {
      out.page(address_of(entry, variant),
               [&](const Place& place) { return variant_leaf(place, entry, variant); });
    }
  }
  for (const auto& bulletin : encyclopedia.bulletins()) {
    out.page(address_of(bulletin),
             [&](const Place& place) { return bulletin_leaf(place, bulletin); });
  }
  for (const auto& cve : encyclopedia.weaknesses()) {
    out.page(weakness_address(cve), [&](const Place& place) { return weakness_leaf(place, cve); });
  }
  for (const auto& term : encyclopedia.terms()) {
    out.page(address_of(term), [&](const Place& place) { return term_leaf(place, term); });
  }
  for (const auto& check : encyclopedia.checks()) {
    out.page(address_of(check), [&](const Place& place) { return check_leaf(place, check); });
  }
  for (const auto& vendor : vendors_of(encyclopedia)) {
    out.page(vendor_address(vendor),
             [&](const Place& place) { return vendor_leaf(place, vendor); });
  }
}

std::string page_of(const entries::Encyclopedia& encyclopedia, const std::string& id) {
  const entries::Entry* entry = encyclopedia.find(id);
  return entry == nullptr ? "index.html" : address_of(*entry);
}

std::string feed(const entries::Encyclopedia& encyclopedia, const SiteOptions& options) {
  const std::string base = html_text(options.address);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>Antidotary: changes</title>\n";
  out += fmt::format(
      "<id>{}/</id>\n<link href=\"{}/feed.xml\" rel=\"self\"/>\n<link href=\"{}/\"/>\n"
      "<author><name>Antidotary</name></author>\n",
      base, base, base);
  const std::string newest = options.revisions.empty() ? "1970-01-01" : options.revisions[0].date;
  out += "<updated>" + html_text(newest) + "T00:00:00Z</updated>\n";
  std::size_t number = options.revisions.size();
  for (const Revision& revision : options.revisions) {
    const std::string page = base + "/" + page_of(encyclopedia, revision.id);
    out += fmt::format(
        "<entry><title>{}: {}</title><id>{}#revision-{}</id><link href=\"{}\"/>"
        "<updated>{}T00:00:00Z</updated></entry>\n",
        html_text(revision.id), html_text(revision.what), page, number--, page,
        html_text(revision.date));
  }
  return out + "</feed>\n";
}

std::string sitemap(const std::vector<SiteFile>& files, const std::string& address) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  for (const SiteFile& file : files) {
    if (!file.path.ends_with(".html") || file.path == "404.html") continue;
    const std::string path = file.path == "index.html" ? "" : file.path;
    out += "<url><loc>" + html_text(address + "/" + path) + "</loc></url>\n";
  }
  return out + "</urlset>\n";
}

Leaf leaf_of(const Place& place, const Subject& subject) {
  if (subject.variant != nullptr) return variant_leaf(place, *subject.entry, *subject.variant);
  if (subject.entry != nullptr) return entry_leaf(place, *subject.entry);
  if (subject.bulletin != nullptr) return bulletin_leaf(place, *subject.bulletin);
  if (subject.term != nullptr) return term_leaf(place, *subject.term);
  if (subject.check != nullptr) return check_leaf(place, *subject.check);
  if (!subject.weakness.empty()) return weakness_leaf(place, subject.weakness);
  return vendor_leaf(place, subject.vendor);
}

}  // namespace

std::string html_page(const entries::Encyclopedia& encyclopedia, const Subject& subject) {
  const Place place(encyclopedia, "");
  return framed(leaf_of(place, subject), place, "");
}

std::string json_page(const entries::Encyclopedia& encyclopedia, const Subject& subject) {
  return leaf_of(Place(encyclopedia, ""), subject).json;
}

std::optional<Subject> reference_subject(const entries::Encyclopedia& encyclopedia,
                                         std::string_view name) {
  const std::string lower = ascii_lower(trim(name));
  Subject out;
  out.bulletin = encyclopedia.find_bulletin(lower);
  for (const auto& bulletin : encyclopedia.bulletins()) {
    if (!bulletin.kb.empty() && lower == "kb" + bulletin.kb) out.bulletin = &bulletin;
  }
  if (out.bulletin != nullptr) return out;
  for (const std::string& cve : encyclopedia.weaknesses()) {
    const bool same = ascii_lower(cve) == lower || "can-" + cve.substr(4) == lower;
    if (same) out.weakness = cve;
  }
  if (!out.weakness.empty()) return out;
  // A check may bear the id of its bulletin: with its folder's name it is always meant.
  std::string_view check = lower;
  if (check.starts_with("posture/")) check.remove_prefix(8);
  out.check = encyclopedia.find_check(check);
  if (out.check != nullptr) return out;
  out.term = encyclopedia.find_term(lower);
  if (out.term != nullptr) return out;

  for (const std::string& vendor : vendors_of(encyclopedia)) {
    if (ascii_lower(vendor) == lower) out.vendor = vendor;
  }
  if (!out.vendor.empty()) return out;
  return std::nullopt;
}

std::vector<SiteFile> site(const entries::Encyclopedia& encyclopedia, const SiteOptions& options) {
  Builder out(encyclopedia);
  add_lists(out, encyclopedia, options);
  add_pages(out, encyclopedia);
  out.files.push_back({"pages.json", std::move(out).catalogue()});
  out.files.push_back({"style.css", std::string(site_style())});
  out.files.push_back({"site.js", std::string(site_script())});
  out.files.push_back({"icon.svg", std::string(icon)});
  out.files.push_back({"search-index.js", search_index(encyclopedia)});
  std::sort(out.files.begin(), out.files.end(),
            [](const SiteFile& a, const SiteFile& b) { return a.path < b.path; });
  if (!options.address.empty()) {
    out.files.push_back({"sitemap.xml", sitemap(out.files, options.address)});
    out.files.push_back({"feed.xml", feed(encyclopedia, options)});
  }
  return std::move(out.files);
}

}  // namespace antidotary::publish
